export const empty = (item) => item;
export const spin = (ms) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
  return ms;
};
