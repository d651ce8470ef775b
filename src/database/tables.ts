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

/** What may be forgotten, under a key of the form `namespace:key`. */
export interface KeyvRow {
  key: string;
  value: string;
  expires: number | null;
}
