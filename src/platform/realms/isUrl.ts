/** Whether a value is a URL of any realm: a DOM has a class of its own. */
export function isUrl(value: unknown): value is URL {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.prototype.toString.call(value) === '[object URL]' &&
    typeof (value as Partial<URL>).href === 'string'
  );
}
