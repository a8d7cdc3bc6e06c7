/** Whether a value is a URL, of whatever realm: that of a DOM is of another class than Node's. */
export function isUrl(value: unknown): value is URL {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.prototype.toString.call(value) === '[object URL]' &&
    typeof (value as Partial<URL>).href === 'string'
  );
}
