/**
 * How a program names a module of tasks, for messages. In CommonJS `import.meta` is no syntax, and empty in a bundle.
 */
export const TASKS_CALL = "tasks(new URL('./x.js', import.meta.url)), in CommonJS tasks(join(__dirname, 'x.js'))";
