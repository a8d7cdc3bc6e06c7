/** A browser of this machine, which shows one page without a screen. */
export interface Browser {
  readonly name: string;
  /** The program. */
  readonly command: string;
  /** Its arguments for a page. @param home - A folder of its own. */
  readonly args: (url: string, home: string) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The X server without a screen, for a browser that always opens a window. */
  readonly display?: string;
}
