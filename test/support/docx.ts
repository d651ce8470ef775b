import assert from 'node:assert/strict';
import { inflateRawSync } from 'node:zlib';

/** What a Word file says, as a word processor would read it out of its parts. */
export function readDocx(file: Buffer) {
  const parts = unzip(file);
  const read = (name: string) => {
    const xml = parts.get(name);
    assert.ok(xml !== undefined, `${name} is missing`);
    return xml;
  };
  const paragraphs = [...read('word/document.xml').matchAll(/<w:p>(.*?)<\/w:p>/gs)].map(([, xml = '']) => ({
    style: /<w:pStyle w:val="(\w+)"/.exec(xml)?.[1] ?? '',
    item: xml.includes('<w:numPr>'),
    newPage: xml.includes('<w:pageBreakBefore/>'),
    text: textOf(xml),
    marked: [...xml.matchAll(/<w:r>(.*?)<\/w:r>/gs)]
      .map(([, run = '']) => run)
      .filter((run) => run.includes('<w:highlight ') && run.includes('<w:b/>'))
      .map(textOf),
  }));
  return {
    parts,
    paragraphs,
    document: read('word/document.xml'),
    styles: read('word/styles.xml'),
    core: read('docProps/core.xml'),
  };
}

function textOf(xml: string): string {
  const text = [...xml.matchAll(/<w:t[^>]*>(.*?)<\/w:t>/gs)].map(([, text]) => text).join('');
  return text.replace(
    /&(lt|gt|quot|apos|amp);/g,
    (_, name: string) => ({ lt: '<', gt: '>', quot: '"', apos: "'" })[name] ?? '&',
  );
}

/** The files in a zip, by its own list of them (the central directory). */
function unzip(file: Buffer): Map<string, string> {
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  assert.ok(end >= 0, 'it is no zip');
  const parts = new Map<string, string>();
  let at = file.readUInt32LE(end + 16);
  for (let n = file.readUInt16LE(end + 10); n > 0; n -= 1) {
    const [method, size, name, extra, comment] = [10, 20, 28, 30, 32].map((offset, i) =>
      i === 1 ? file.readUInt32LE(at + offset) : file.readUInt16LE(at + offset),
    ) as [number, number, number, number, number];
    const local = file.readUInt32LE(at + 42);
    const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const packed = file.subarray(from, from + size);
    const whole = method === 0 ? packed : inflateRawSync(packed);
    parts.set(file.toString('utf8', at + 46, at + 46 + name), whole.toString('utf8'));
    at += 46 + name + extra + comment;
  }
  return parts;
}

/** Fails where tags are not closed in order, or where a sign stands that XML does not allow there. */
export function assertWellFormed(xml: string, name: string): void {
  const open: string[] = [];
  const rest = xml
    .replace(/^<\?xml [^?]*\?>\s*/, '')
    .replace(/<(\/?)([\w:]+)((?:\s+[\w:]+="[^"<]*")*)\s*(\/?)>/g, (_, end, tag, __, empty) => {
      if (end) assert.equal(open.pop(), tag, `${name}: </${tag}>`);
      else if (!empty) open.push(tag);
      return '';
    });
  assert.deepEqual(open, [], name);
  assert.doesNotMatch(rest, /[<>]|&(?!(lt|gt|quot|apos|amp|#\d+);)/, name);
}
