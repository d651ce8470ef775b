/** A way in to the guidance, as somebody who uses it sees it: the same on the web, in Slack and in Teams. */
export interface Door {
  name: string;
  /** Somebody who was never here before. */
  visit(): Promise<Visitor>;
}

/** Somebody at a door. Each act presses what is before them, and waits until what it leads to is drawn. */
export interface Visitor {
  /** The heading of what is before them. */
  readonly heading: string;
  /** All that can be read there. */
  readonly text: string;
  /** What can be ticked, and whether it is. */
  readonly items: { id: string; ticked: boolean }[];
  /** The records whose numbers they have seen, the first one first. */
  readonly numbers: string[];
  start(flow: string): Promise<void>;
  /** Looks for words, and begins where the first of what is found leads to. */
  find(words: string): Promise<void>;
  answer(option: string): Promise<void>;
  /** Ticks exactly these, and leaves it at that. */
  tick(items: readonly string[]): Promise<void>;
  done(): Promise<void>;
  back(): Promise<void>;
  /** Changes an earlier answer. */
  change(node: string, option: string): Promise<void>;
  /** Reads on in the other language. */
  language(): Promise<void>;
  label(label: string): Promise<void>;
  feedback(helped: boolean): Promise<void>;
  close(): Promise<void>;
  /** Goes on to what an outcome offers. */
  goOn(flow: string): Promise<void>;
  /** Comes back later, and goes on with what was left half-done. */
  comeBack(): Promise<void>;
}
