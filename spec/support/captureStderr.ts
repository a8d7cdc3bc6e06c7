/** Hears, instead of the terminal, what is written to stderr while the tests of a block run. */
export function captureStderr(): () => string {
  const write = process.stderr.write.bind(process.stderr);
  let heard = '';
  before(() => {
    process.stderr.write = (chunk: string | Uint8Array) => {
      heard += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      return true;
    };
  });
  after(() => {
    process.stderr.write = write;
  });
  return () => heard;
}
