/**
 * The text by which a message shows a value: of a text with its quotes, of an object with its properties, one level deep.
 *
 * @throws whatever a getter or a proxy of the value throws.
 */
export function inspect(value: unknown): string {
  if (typeof value === 'object' && value !== null && !isErrorLike(value)) return ofObject(value);
  return part(value);
}

function ofObject(value: object): string {
  if (Array.isArray(value)) return `[ ${value.map(part).join(', ')} ]`;
  const entries = Object.entries(value).map(([key, member]) => `${key}: ${part(member)}`);
  const name = tagOf(value);
  const text = entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  return name === 'Object' ? text : `${name} ${text}`;
}

function part(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return `${String(value)}n`;
  if (typeof value === 'function') return ofFunction(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isErrorLike(value)) return ofError(value);
  return Array.isArray(value) ? '[Array]' : `[${tagOf(value)}]`;
}

/** Not all engines write the message above the stack. */
function ofError({ name, message, stack = '' }: Error): string {
  return stack !== '' && stack.includes(message) ? stack : `${name}: ${message}\n${stack}`.trim();
}

function ofFunction(value: object): string {
  const name: unknown = Reflect.get(value, 'name');
  return typeof name === 'string' && name !== '' ? `[Function: ${name}]` : '[Function (anonymous)]';
}

function isErrorLike(value: object): value is Error {
  return Object.prototype.toString.call(value) === '[object Error]';
}

/** The name of its class, as it says itself. */
function tagOf(value: object): string {
  const { constructor } = value;
  return typeof constructor === 'function' && constructor.name !== ''
    ? constructor.name
    : Object.prototype.toString.call(value).slice('[object '.length, -1);
}
