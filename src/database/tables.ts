/** The tables, as rows. Times are ISO 8601 in UTC; hashes and seals are lower-case hexadecimal. */
export interface Tables {
  entry: EntryRow;
  entry_content: EntryContentRow;
  ledger: LedgerRow;
  record: RecordRow;
  /** SQLite only: the trigram index over the list; `rowid` is the record's id. */
  record_search: { rowid: number; search: string };
  person: PersonRow;
  flow_version: FlowVersionRow;
  slack_installation: SlackInstallationRow;
  outbox: OutboxRow;
  access: AccessRow;
  clarification: ClarificationRow;
  question: QuestionRow;
  sample: SampleRow;
  sample_record: SampleRecordRow;
  keyv: KeyvRow;
}

/** One line of the log. Never changed, never deleted. */
export interface EntryRow {
  session: string;
  seq: number;
  time: string;
  kind: string;
  commitment: string;
}

/** What a line says. Never changed; deleted only where the record has been disposed of. */
export interface EntryContentRow {
  session: string;
  seq: number;
  salt: string;
  content: string;
}

/** The chain over all records: one row for each entry that begins, concludes, reopens or ends one. */
export interface LedgerRow {
  position: number;
  year: number;
  number: number;
  session: string;
  seq: number;
  seal: string;
  previous: string;
  mac: string;
}

/** The list of records, made from the log and able to be made anew from it. */
export interface RecordRow {
  /** Year and running number in one: 20260000042 is VGL-2026-00042. */
  id: number;
  session: string;
  flow: string;
  version: string;
  platform: string;
  person: string;
  language: string;
  label: string | null;
  status: string;
  outcome: string | null;
  started_at: string;
  ended_at: string | null;
  last_at: string;
  last_seq: number;
  seal: string;
  search: string;
  unit: string | null;
  /** How many answers were "I don't know", how often one went back or changed an answer, and all presses. */
  unsure: number;
  backs: number;
  changes: number;
  presses: number;
  /** 1 where the person says that it helped, 0 where not. */
  helped: number | null;
  /** waiting, asked back, or answered. */
  asked: string | null;
  /** approved, corrected, or returned; and then, in `should`, the outcome that it should have been. */
  reviewed: string | null;
  should: string | null;
  /** 1 where it is kept out of disposal. */
  held: number;
}

/** Who is behind a hash in the log. May be erased without touching the log. */
export interface PersonRow {
  hash: string;
  platform: string;
  tenant: string;
  user_id: string;
  address: string | null;
  name: string | null;
  language: string | null;
  unit: string | null;
  /** Why they can't be written to any more: they have left, or have blocked the bot. Null until that is known. */
  unreachable: string | null;
  /** 1 where they have turned reminders off. */
  muted: number;
}

/** Every version of a flow that a session ever used, whole. */
interface FlowVersionRow {
  version: string;
  flow: string;
  body: string;
  first_seen: string;
  withdrawn_at: string | null;
  withdrawn_because: string | null;
}

/** A workspace or an organisation that has the app, with its tokens, locked. */
interface SlackInstallationRow {
  id: string;
  body: string;
  installed_at: string;
}

/** Something to be said to somebody of the program's own accord, until it has been said. */
export interface OutboxRow {
  id: string;
  /** Whom it is for: a person's hash, or `channel:` and a room as the settings name it. */
  recipient: string;
  platform: string;
  /** The record that it is about. */
  session: string | null;
  kind: string;
  /** What is to be said, as JSON. */
  body: string;
  created_at: string;
  /** When it is tried next; null where it is not to be tried. */
  due_at: string | null;
  attempts: number;
  /**
   * waiting, sending, sent, gone (the person can't be reached any more), failed (tried for two days), uncertain (it may
   * have arrived), or muted (the person has turned reminders off).
   */
  state: string;
  sent_at: string | null;
  /** Why it could not be said the last time. */
  because: string | null;
}

/**
 * Each time that somebody has opened another person's record, read others' questions in a list, or taken records along.
 * Never changed; deleted only where the record that it is about has been disposed of.
 */
export interface AccessRow {
  id: string;
  at: string;
  who: string;
  name: string;
  role: string;
  /** opened, listed, exported ... */
  what: string;
  /** The record's id, where it was one. */
  record: number | null;
  detail: string | null;
}

/** What is made clear to everybody at a node; made from the log's entries, and able to be made anew from them. */
export interface ClarificationRow {
  id: string;
  session: string;
  flow: string;
  node: string;
  state: string;
  sv: string;
  en: string;
  /** Ids of sources, as JSON. */
  cites: string;
  role: string;
  since: string;
  /** When it was written; shown from then on. */
  at: string;
  /** What people are told it under, each of them once; and of what they did until when it is told to them. */
  telling: string;
  until: string;
  /**
   * The last record that was looked through for somebody whom it concerns; null where nobody is left to be told: of it,
   * or, where it has been withdrawn, of that.
   */
  told_to: number | null;
}

/** What has been put to the registrar, one row a record: made from the log, but for who is on it. */
export interface QuestionRow {
  session: string;
  /** waiting, asked back, answered, or disposed. */
  state: string;
  /** Since when it has waited, or waited until it was replied to. */
  asked_at: string;
  /** Who is on it: a hash like that of a person, their name, and since when. */
  taken_by: string | null;
  taken_name: string | null;
  taken_at: string | null;
  /** The hashes of people as whom they may be known in a chat, as JSON; null where nobody is on it. */
  taken_as: string | null;
  /** The day, in Sweden, on which it was last said again that it waits. */
  raised_on: string | null;
}

/** Records drawn to be looked at one by one, and how they were drawn: the same seed draws the same again. */
export interface SampleRow {
  id: string;
  at: string;
  /** Who drew it: a hash like that of a person. */
  who: string;
  /** First and last day of the records' start, in Sweden: 2026-11-01. */
  first_day: string;
  last_day: string;
  /** The units that it was drawn from, as JSON; null for all. */
  units: string | null;
  /** How much more often than others each flow, outcome and doubt was drawn, as JSON. */
  weights: string;
  seed: number;
  size: number;
  /** How many records it was drawn from. */
  population: number;
}

/** One record of a sample, in the order they are looked at. */
interface SampleRecordRow {
  sample: string;
  place: number;
  record: number;
  /** How probable it was that this record would be drawn. */
  probability: number;
}

/** What may be forgotten, under a key of the form `namespace:key`. */
export interface KeyvRow {
  key: string;
  value: string;
  expires: number | null;
}
