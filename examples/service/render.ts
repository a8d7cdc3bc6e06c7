import hljs from 'highlight.js/lib/common';
import MarkdownIt from 'markdown-it';

const markdown = new MarkdownIt({
  highlight: (code, language) =>
    hljs.getLanguage(language) === undefined ? '' : hljs.highlight(code, { language, ignoreIllegals: true }).value,
});

/** Renders Markdown as HTML, with highlighted code. A page with much code takes some 10 ms: too long for the server's thread. */
export function render(source: string): string {
  return markdown.render(source);
}
