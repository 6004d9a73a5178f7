// A program that asks the language service of the installed TypeScript what an editor shows of the installed SDK.

/**
 * Its argument is a file that calls `sale({ …, amount })` and reads `payment.amountTotal`. Prints as JSON what is shown
 * of the two, of how many public properties something is shown, and of which nothing is.
 */
export const editor = `import ts from 'typescript';
import { readFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
const options = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], types: [], strict: true };
const service = ts.createLanguageService({
  getCompilationSettings: () => options,
  getScriptFileNames: () => [file],
  getScriptVersion: () => '1',
  getScriptSnapshot: (name) => ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(readFileSync(name, 'utf8')) : undefined,
  getCurrentDirectory: () => process.cwd(),
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: ts.sys.fileExists,
  readFile: ts.sys.readFile,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
});
const text = readFileSync(file, 'utf8');
const shown = (word) => ts.displayPartsToString(service.getQuickInfoAtPosition(file, text.indexOf(word))?.documentation);

const checker = service.getProgram().getTypeChecker();
const source = service.getProgram().getSourceFile(file);
const module = checker.getSymbolAtLocation(source.statements[0].moduleSpecifier);
const silent = new Set();
let described = 0;
const seen = new Set();
for (const exported of checker.getExportsOfModule(module)) {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  if (symbol.flags & (ts.SymbolFlags.Type | ts.SymbolFlags.Class)) visit(checker.getDeclaredTypeOfSymbol(symbol), exported.name);
  if (symbol.flags & ts.SymbolFlags.Function) {
    for (const signature of checker.getTypeOfSymbol(symbol).getCallSignatures()) {
      for (const parameter of signature.parameters) visit(checker.getTypeOfSymbol(parameter), exported.name);
      visit(signature.getReturnType(), exported.name);
    }
  }
}

/** All properties that are declared by our packages. */
function visit(type, path) {
  if (seen.has(type)) return;
  seen.add(type);
  if (type.isUnionOrIntersection()) type.types.forEach((part) => visit(part, path));
  for (const argument of checker.getTypeArguments?.(type) ?? []) visit(argument, path);
  for (const property of checker.getPropertiesOfType(type)) {
    const [declaration] = property.declarations ?? [];
    const place = declaration?.getSourceFile().fileName ?? '';
    if (!place.includes('/@tillgate/') || property.name.startsWith('#') || property.name.startsWith('__')) continue;
    const said = ts.displayPartsToString(property.getDocumentationComment(checker));
    if (said === '') silent.add(path + '.' + property.name);
    else described += 1;
    visit(checker.getTypeOfSymbol(property), path + '.' + property.name);
  }
}

console.log(JSON.stringify({ amount: shown('amount: 1234'), total: shown('amountTotal'), described, silent: [...silent] }));
`;
