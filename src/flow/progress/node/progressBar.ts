import type { Options, Params, SingleBar } from 'cli-progress';
import { runInRootContext } from '../../../platform/context/asyncContext.ts';
import type { ProgressReport } from '../../Plan.ts';
import type { Progress } from '../Progress.ts';
import { StatusLine } from './StatusLine.ts';

/**
 * Draws how far a run has come, on a terminal; elsewhere, and where `CI` is set, it writes nothing. A run that ends
 * before the library is loaded draws nothing either. The bar stays below other text that this process writes to the
 * terminal, as {@link StatusLine} says.
 *
 * @param stream - Where to draw.
 */
export function progressBar(stream: NodeJS.WriteStream = process.stderr): ProgressReport {
  if (!stream.isTTY || process.env.CI) return { update: () => undefined, stop: () => undefined };

  let bar: SingleBar | undefined;
  let last: Progress | undefined;
  let stopped = false;

  const draw = (): void => {
    if (stopped || bar === undefined || last === undefined) return;
    if (last.total !== undefined) bar.setTotal(last.total);
    if (bar.isActive) bar.update(last.done, { last });
    else bar.start(last.total ?? 0, last.done, { last });
  };

  createBar(stream).then(
    (created) => {
      bar = created;
      draw();
    },
    (error: unknown) => {
      process.emitWarning(`cannot draw a progress bar: ${String(error)}`);
    },
  );

  return {
    update: (progress) => {
      last = progress;
      draw();
    },
    stop: () => {
      stopped = true;
      bar?.stop();
    },
  };
}

async function createBar(stream: NodeJS.WriteStream): Promise<SingleBar> {
  // Imported here, so that a program without a bar does not load it. Node keeps a module together with the context of its
  // import.
  const { default: cliProgress } = await runInRootContext(() => import('cli-progress'));
  const { BarFormat, TimeFormat } = cliProgress.Format;

  const lineOf = (options: Options, { progress }: Params, { last }: { readonly last: Progress }): string => {
    const { done, failed, total, perSecond, elapsedMs, etaMs } = last;
    const time = (ms: number): string => TimeFormat(Math.round(ms / 1000), options, 1);
    const count =
      total === undefined
        ? `${String(done)} done`
        : `[${BarFormat(progress, options)}] ${String(Math.floor(progress * 100))}% | ${String(done)}/${String(total)}`;
    const rate = `${perSecond < 10 ? perSecond.toFixed(1) : perSecond.toFixed()}/s`;
    const isEnded = total === undefined || done >= total;
    const clock = isEnded ? time(elapsedMs) : `ETA ${etaMs === undefined ? '-' : time(etaMs)}`;
    return [count, rate, clock, ...(failed > 0 ? [`${String(failed)} failed`] : [])].join(' | ');
  };

  const bar = new cliProgress.SingleBar({
    stream: onStatusLine(stream),
    format: lineOf,
    barsize: 20,
    // It cuts the line, instead of telling the terminal not to wrap. That, like a hidden cursor, would last after Ctrl-C.
    linewrap: true,
  });
  return releasing(bar);
}

/** By stream: bars of several runs share the line. */
const statusLines = new WeakMap<NodeJS.WriteStream, StatusLine>();

function statusLineOf(stream: NodeJS.WriteStream): StatusLine {
  const known = statusLines.get(stream);
  if (known !== undefined) return known;
  const others = stream === process.stderr && process.stdout.isTTY ? [process.stdout] : [];
  const created = new StatusLine(stream, others);
  statusLines.set(stream, created);
  return created;
}

/** Takes the text of the bar's line, and its end. Leaves out its escapes, of which one would jump back over other text. */
function onStatusLine(stream: NodeJS.WriteStream): NodeJS.WritableStream {
  const line = statusLineOf(stream);
  const bar = {
    isTTY: true,
    get columns() {
      return stream.columns;
    },
    write: (text: string) => {
      if (text === '\n') line.end(bar);
      else if (!text.startsWith('\x1b')) line.show(bar, text);
      return true;
    },
  };
  return bar as unknown as NodeJS.WritableStream;
}

/** Lets the process end while the timer of the bar runs. */
function releasing(bar: SingleBar): SingleBar {
  const render = bar.render.bind(bar);
  bar.render = () => {
    render();
    // In a DOM it is a number.
    (bar as unknown as { readonly timer: { unref?: () => void } }).timer.unref?.();
  };
  return bar;
}
