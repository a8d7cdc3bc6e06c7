/**
 * An element of the page.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {{ new (): T, readonly name: string }} type - Its class.
 * @returns {T}
 */
export function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`no ${type.name} has the id ${id}`);
  return found;
}

/**
 * Writes into an element.
 *
 * @param {string} id
 * @param {string | number} text
 */
export function write(id, text) {
  element(id, HTMLElement).textContent = String(text);
}
