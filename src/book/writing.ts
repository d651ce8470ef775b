/** Units of the drawing. */
export const boxWidth = 290;
const padding = 11;

/** The smallest writing in a diagram, in its own units: what decides how far it may be scaled down. */
export const smallest = 11;

/** Height of the writing, and from one line to the next. */
const sizes = { heading: [13, 17], answer: [13, 17], small: [smallest, 14.5] } as const;

/** A line of writing, at its distance from the top of its box. */
export interface Line {
  text: string;
  x: number;
  y: number;
  className: 'heading' | 'answer' | 'small';
  /** The answer that the line belongs to. */
  option?: string;
  /** Whether a box to tick stands before it. */
  tick?: boolean;
}

/** What a box says, being written. */
export type Writing = ReturnType<typeof write>;

/** Fills a box from above, each text wrapped. @param inset how far in from the sides the writing begins. */
export function write(inset: number) {
  const lines: Line[] = [];
  let y = padding;
  return {
    /** @returns the middle of the first line, where the arrow of an answer starts. */
    add(text: string, className: Line['className'], how: { option?: string; tick?: true; indent?: true } = {}): number {
      const [size, step] = sizes[className];
      if (text === '') return y;
      if (lines.length > 0 && className === 'answer') y += 7;
      const first = y + step / 2;
      const x = padding + inset + (how.tick || how.indent ? 18 : 0);
      const broken = wrap(text, boxWidth - x - padding - inset, size, className === 'heading');
      for (const [i, part] of broken.entries()) {
        const { option, tick } = how;
        lines.push({
          text: part,
          x,
          y: y + size,
          className,
          ...(option && { option }),
          ...(tick && i === 0 && { tick }),
        });
        y += step;
      }
      return first;
    },
    end: () => ({ lines, height: y + padding }),
  };
}

/** Breaks a text into lines. Widths are those of a wide sans-serif, so that no reader's own runs over the edge. */
function wrap(text: string, width: number, size: number, bold = false): string[] {
  const lines = [''];
  for (const word of text.split(/ +/)) {
    const current = lines.at(-1)!;
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && measure(longer, size, bold) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** About how wide a line of writing is, in units of the drawing. */
export function measure(text: string, size: number = sizes.answer[0], bold = false): number {
  const em = [...text].reduce(
    (sum, letter) => sum + (/[iljtfrI.,:;’'|!()[\] \u00a0·-]/.test(letter) ? 0.36 : wide(letter)),
    0,
  );
  return em * size * (bold ? 1.1 : 1);
}

const wide = (letter: string) => (/[mwMW@%–—]/.test(letter) ? 0.95 : /[A-ZÅÄÖ§]/.test(letter) ? 0.71 : 0.61);
