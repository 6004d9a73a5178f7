// Declares JSON Schemas together with their static types. A declaration is the plain schema object that is published:
// nothing is made of it at run time but what `compile.ts` and `violations.ts` read. The calls are named as those of TypeBox.

/** A JSON Schema (draft 2020-12) with the keywords that the declarations use. */
export interface TSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly TSchema[];
  readonly properties?: TProperties;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | TSchema;
  readonly patternProperties?: TProperties;
  readonly items?: TSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly deprecated?: boolean;
  readonly examples?: readonly unknown[];
}

/** The keywords that may stand beside those of a declaration: bounds of its values, and annotations. */
export type TOptions = Omit<
  TSchema,
  'type' | 'const' | 'enum' | 'anyOf' | 'properties' | 'required' | 'patternProperties' | 'items'
>;

export type TProperties = Readonly<Record<string, TSchema>>;

declare const staticType: unique symbol;
declare const optional: unique symbol;

/** A schema of the values `T`. */
export interface TValue<T> extends TSchema {
  readonly [staticType]?: T;
}

export interface TObject<P extends TProperties = TProperties> extends TValue<StaticObject<P>> {
  readonly type: 'object';
  readonly required?: readonly string[];
  readonly properties: P;
}

export interface TUnion<T = unknown> extends TValue<T> {
  readonly anyOf: readonly TSchema[];
}

export interface TArray<T = unknown> extends TValue<T[]> {
  readonly type: 'array';
  readonly items: TSchema;
}

export interface TEnum<T = unknown> extends TValue<T> {
  readonly enum: readonly T[];
}

export interface TRecord<T = unknown> extends TValue<Record<string, T>> {
  readonly type: 'object';
  readonly patternProperties: TProperties;
}

/** Marks a property that may be absent. */
export interface TOptional {
  readonly [optional]: true;
}

/** The values of a schema. */
export type Static<S extends TSchema> = S extends TValue<infer T> ? T : unknown;

type OptionalKeys<P> = { [K in keyof P]: P[K] extends TOptional ? K : never }[keyof P];

type StaticObject<P extends TProperties> = keyof P extends never
  ? Record<string, never>
  : Flat<
      { -readonly [K in Exclude<keyof P, OptionalKeys<P>>]: Static<P[K]> } & {
        -readonly [K in OptionalKeys<P>]?: Static<P[K]>;
      }
    >;

/** One object type in place of an intersection, as editors show it. */
type Flat<T> = { [K in keyof T]: T[K] };

type Simple = string | number | boolean;

/** The optional ones among the schemas; not a keyword, since only `required` of the object is published. */
const optionalSchemas = new WeakSet<TSchema>();

/** Builds schemas: each function gives a plain JSON Schema with its static type. */
export const Type = {
  /** An object with these properties. */
  Object<P extends TProperties>(properties: P, options: TOptions = {}): TObject<P> {
    const required = Object.keys(properties).filter(
      (key) => !optionalSchemas.has(properties[key] as TSchema),
    );
    return {
      type: 'object',
      ...(required.length > 0 ? { required } : {}),
      properties,
      ...options,
    };
  },

  /** A property that may be absent. */
  Optional<S extends TSchema>(schema: S): S & TOptional {
    const copy = { ...schema };
    optionalSchemas.add(copy);
    return copy as S & TOptional;
  },

  /** The same object with every property optional. */
  Partial<P extends TProperties>({ type: _, required: __, properties, ...options }: TObject<P>) {
    const entries = Object.entries(properties).map(([key, value]) => [key, Type.Optional(value)]);
    type AllOptional = { readonly [K in keyof P]: P[K] & TOptional };
    return Type.Object(Object.fromEntries(entries) as AllOptional, options);
  },

  /** An object with any keys that match the pattern of `key`, all of the same schema. */
  Record<S extends TSchema>(key: TSchema, value: S, options: TOptions = {}): TRecord<Static<S>> {
    return { type: 'object', patternProperties: { [key.pattern ?? '^.*$']: value }, ...options };
  },

  /** A list of items of one schema. */
  Array<S extends TSchema>(items: S, options: TOptions = {}): TArray<Static<S>> {
    return { type: 'array', items, ...options };
  },

  /** A value of any of these schemas. */
  Union<S extends readonly TSchema[]>(anyOf: S, options: TOptions = {}): TUnion<Static<S[number]>> {
    return { anyOf, ...options };
  },

  /** One of these values. */
  Enum<const T extends readonly Simple[]>(values: T, options: TOptions = {}): TEnum<T[number]> {
    return { enum: values, ...options };
  },

  /** This value alone. */
  Literal<const T extends Simple>(value: T, options: TOptions = {}): TValue<T> {
    return { type: typeof value, const: value, ...options };
  },

  /** A text. */
  String: (options: TOptions = {}): TValue<string> => ({ type: 'string', ...options }),
  /** A whole number. */
  Integer: (options: TOptions = {}): TValue<number> => ({ type: 'integer', ...options }),
  /** A number. */
  Number: (options: TOptions = {}): TValue<number> => ({ type: 'number', ...options }),
  /** True or false. */
  Boolean: (options: TOptions = {}): TValue<boolean> => ({ type: 'boolean', ...options }),
  /** Null. */
  Null: (): TValue<null> => ({ type: 'null' }),
  /** Any value. */
  Unknown: (options: TOptions = {}): TValue<unknown> => ({ ...options }),

  /** Whether it is the schema of an object with named properties. */
  IsObject: (schema: TSchema): schema is TObject => schema.properties !== undefined,
  /** Whether it is the schema of an object with any keys of a pattern. */
  IsRecord: (schema: TSchema): schema is TRecord => schema.patternProperties !== undefined,
  /** Whether it is the schema of a list. */
  IsArray: (schema: TSchema): schema is TArray => schema.items !== undefined,
  /** Whether it is a choice of schemas. */
  IsUnion: (schema: TSchema): schema is TUnion => schema.anyOf !== undefined,
  /** Whether it is the schema of a text that is not fixed. */
  IsString: (schema: TSchema): schema is TValue<string> =>
    schema.type === 'string' && !Object.hasOwn(schema, 'const'),
} as const;
