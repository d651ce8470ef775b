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
  /** Asks the registrar from where they are; with no words of their own where these are none. */
  ask(words: string): Promise<void>;
  /** Opens the guidance of theirs that they have been told of. */
  openTold(): Promise<void>;
  /** Answers the reviewer who asks them something, where the question stands. */
  respond(words: string): Promise<void>;
  /** Says in which unit they work. */
  unit(unit: string): Promise<void>;
  close(): Promise<void>;
  /** Goes on to what an outcome offers. */
  goOn(flow: string): Promise<void>;
  /** Comes back later, and goes on with what was left half-done. */
  comeBack(): Promise<void>;
}

/** What a press says of where it was made. Anybody may write a request, and put anything there. */
export interface Mark {
  session: string;
  node: string;
  seq: number | string;
}

/** A press as it is sent, whatever button there is. */
export interface Forged extends Mark {
  verb: string;
  option?: string;
}

/** A door at which all of that can be tried. */
export interface OpenDoor extends Door {
  visit(): Promise<Tester>;
}

/** Somebody who also does what nobody should: presses what is out of date, several things at once, or what is not there. */
export interface Tester extends Visitor {
  /** As whom the log's table of people knows them. */
  readonly who: string;
  /** Where a press on what is before them would say that it was made. */
  readonly mark: Mark;
  /** The answers that they can choose among, in order. */
  readonly options: string[];
  /** How many cards stand in their chat; on the web there are none. */
  readonly cards: number;
  /** Another window of theirs, with what is before them now. It learns of nothing until something is pressed in it. */
  window(): Tester;
  /** Looks again at what stands there, once all is quiet, as somebody does who opens the window anew. */
  look(): Promise<void>;
  /** Presses one of the buttons before them; `times` at once. Without an option, the first of its kind. */
  press(verb: string, option?: string, times?: number): Promise<void>;
  /** Sends a press that no button is for. @returns what they are told */
  forge(press: Forged): Promise<string>;
  /** Goes to where one begins. */
  anew(): Promise<void>;
  /** Looks for words. */
  search(words: string): Promise<void>;
  why(): Promise<void>;
  /** Asks an earlier question again. */
  askAgain(node: string): Promise<void>;
}
