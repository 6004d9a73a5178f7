import type { TProperties, TSchema } from './type.ts';
import { Type } from './type.ts';

// Builds the schemas of whole messages from the schemas of params and results [C-3.3].

const closed = { additionalProperties: false } as const;
const jsonrpc = Type.Literal('2.0', { description: 'Always "2.0".' });

/** Ids of requests to the gateway: chosen by the sender, returned unchanged [C-3.9]. */
const ownId = (asker: string) =>
  Type.Union([Type.Number(), Type.String({ maxLength: 128 })], {
    title: 'RequestId',
    description: `Chosen by ${asker}, 0..999999 recommended; returned unchanged.`,
  });
const TillId = ownId('the till');
const WaiterId = ownId('the program that acts as the waiter');
const MachineId = ownId('the card machine');
/** Ids of the gateway's requests [C-3.11]. */
const GatewayId = Type.Integer({
  minimum: 1,
  maximum: 999_999,
  description: 'Numbered by the gateway from 1 on each connection.',
});

export type Asker = 'till' | 'gateway' | 'waiter' | 'terminal';

/** The annotations of a published schema. */
export interface About {
  readonly title: string;
  readonly description: string;
  readonly examples: readonly object[];
}

const ids = {
  till: TillId,
  gateway: GatewayId,
  waiter: WaiterId,
  terminal: MachineId,
} as const;
const idOf = (asker: Asker) => ids[asker];

interface Content extends Partial<About> {
  readonly params: TSchema;
  /** Whether params may be left out, because nothing in them is required [C-3.6]. */
  readonly optional?: boolean;
  /** Spellings of the method that are valid besides the first. */
  readonly otherSpellings?: readonly string[];
}

export function requestMessage(asker: Asker, method: string, content: Content) {
  const { params, optional, otherSpellings = [], ...about } = content;
  const received = asker === 'gateway' ? params : nullable(params);
  const body = optional ? Type.Optional(received) : received;
  const name = methodName(method, otherSpellings);
  return message({ id: idOf(asker), method: name, params: body }, about);
}

export function responseMessage(asker: Asker, result: TSchema, about: Partial<About>) {
  return message(
    { id: idOf(asker), result: asker === 'gateway' ? nullable(result) : result },
    about,
  );
}

export function notificationMessage(method: string, params: TSchema, about: About) {
  return message({ method: methodName(method), params }, about);
}

/** A notification that the gateway receives. */
export function receivedNotification(method: string, params: TSchema, about: About) {
  return notificationMessage(method, nullable(params), about);
}

/** The same values, and null for each optional key: many serializers write what is absent as null [C-3.6]. */
export function nullable(schema: TSchema): TSchema {
  if (Type.IsUnion(schema)) {
    const { anyOf, ...options } = schema;
    return Type.Union(anyOf.map(nullable), options);
  }
  if (Type.IsArray(schema)) {
    const { type: _, items, ...options } = schema;
    return Type.Array(nullable(items), options);
  }
  if (!Type.IsObject(schema)) return schema;
  const { type: _, required, properties, ...options } = schema;
  const needed: readonly string[] = required ?? [];
  const entries = Object.entries(properties).map(([key, value]): [string, TSchema] => {
    const inner = nullable(value);
    if (needed.includes(key)) return [key, inner];
    const { description, deprecated } = value as { description?: string; deprecated?: boolean };
    const options = {
      ...(description === undefined ? {} : { description }),
      ...(deprecated === undefined ? {} : { deprecated }),
    };
    return [key, Type.Optional(Type.Union([inner, Type.Null()], options))];
  });
  return Type.Object(Object.fromEntries(entries), options);
}

const FaultFound = Type.Object(
  {
    path: Type.String({ description: 'JSON Pointer from the top of the message.' }),
    expected: Type.String({ description: 'The expected value.' }),
    got: Type.String({ maxLength: 80, description: 'The received value.' }),
  },
  { ...closed, title: 'SchemaViolation', description: 'Where a message violates its schema.' },
);

const ErrorData = Type.Object(
  {
    userMessage: Type.String({ minLength: 1, description: 'Show it to staff as it is.' }),
    errors: Type.Optional(Type.Array(FaultFound, { description: 'Each violation found.' })),
    schema: Type.Optional(Type.String({ description: 'Address of the raw schema.' })),
    request: Type.Optional(
      Type.Integer({ description: "Id of the gateway's request that was answered." }),
    ),
  },
  { ...closed, title: 'ErrorData', description: 'Details; the gateway always sends them.' },
);

/** An error message of either side; `id` is absent where no request can be named [C-3.19]. Without `codes` any code is valid. */
export function errorMessage(about: About, codes?: readonly number[]) {
  const kind = { description: 'What kind of error it is.' };
  const known = { ...kind, title: 'ErrorCode' };
  const error = Type.Object(
    {
      code: codes ? Type.Enum([...codes], known) : Type.Integer(kind),
      message: Type.String({ description: 'Short text for troubleshooting.' }),
      data: Type.Optional(ErrorData),
    },
    { ...closed, title: 'ErrorObject', description: 'What is wrong.' },
  );
  return message({ id: Type.Optional(TillId), error }, about);
}

function methodName(method: string, otherSpellings: readonly string[] = []) {
  if (otherSpellings.length > 0) {
    const description = `"${method}", unless the site chooses another spelling.`;
    return Type.Enum([method, ...otherSpellings], { description });
  }
  return Type.Literal(method, { description: `Always "${method}".` });
}

function message(properties: TProperties, about: Partial<About>) {
  return Type.Object({ jsonrpc, ...properties }, { ...closed, ...about });
}
