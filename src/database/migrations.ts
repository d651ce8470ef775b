import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** Brings the tables up to date; safe to call at every start and beside a running server. */
export async function migrate({ kind, query }: Pick<Database, 'kind' | 'query'>): Promise<void> {
  const migrations = {
    '2026-11-the-log': theLog(kind),
    '2026-11-their-slack': theirSlack,
    '2026-11-the-review': theReview(kind),
    '2026-11-the-samples': theSamples(kind),
    '2026-11-what-is-asked': theDesk(kind),
    '2026-11-who-is-reached': theUnreachable,
    '2026-11-who-opened-what': theAccess(kind),
    '2026-11-without-unit': theUnitless(kind),
    '2026-11-who-took-it': theTaker,
  };
  const migrator = new Migrator({ db: query, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

/** Where the app has been installed. */
const theirSlack: Migration = {
  async up(db: Kysely<Tables>) {
    await db.schema
      .createTable('slack_installation')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('body', 'text', (c) => c.notNull())
      .addColumn('installed_at', 'text', (c) => c.notNull())
      .execute();
  },
};

/** Who can't be written to any more, and who wants no reminders; and the outbox in the order it is looked at. */
const theUnreachable: Migration = {
  async up(db: Kysely<Tables>) {
    await db.schema.alterTable('person').addColumn('unreachable', 'text').execute();
    await db.schema
      .alterTable('person')
      .addColumn('muted', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    // Few are: an index of these alone counts them at once.
    await sql`create index person_unreachable on person (hash) where unreachable is not null`.execute(db);
    // The outbox is looked at from its latest on, all of it or by state.
    await db.schema.createIndex('outbox_latest').on('outbox').columns(['created_at', 'id']).execute();
    await db.schema.createIndex('outbox_state').on('outbox').columns(['state', 'created_at', 'id']).execute();
  },
};

/** Where whoever has taken a question can be told of it. */
const theTaker: Migration = {
  async up(db: Kysely<Tables>) {
    await db.schema.alterTable('question').addColumn('taken_as', 'text').execute();
  },
};

/**
 * Who has opened what is never changed, like the log itself; what is about a record goes only where that has been disposed
 * of. Who has opened one record is asked for by its number.
 */
function theAccess(kind: Database['kind']): Migration {
  return {
    async up(db: Kysely<Tables>) {
      await db.schema.createIndex('access_record').on('access').columns(['record', 'id']).execute();
      for (const statement of kind === 'sqlite' ? sqliteAccessGuards : postgresAccessGuards)
        await sql.raw(statement).execute(db);
    },
  };
}

/** PostgreSQL gives the latest of those without a unit at once only out of an index of these alone; SQLite needs none. */
function theUnitless(kind: Database['kind']): Migration {
  return {
    async up(db: Kysely<Tables>) {
      if (kind === 'postgres') await sql`create index record_no_unit on record (id) where unit is null`.execute(db);
    },
  };
}

/** What reviewers look for, what is to be told, and who has opened what. The list's new columns come from the log: see `rebuild`. */
function theReview(kind: Database['kind']): Migration {
  const sqlite = kind === 'sqlite';
  const bytewise = sqlite ? sql`text` : sql`text collate "C"`;
  return {
    async up(db: Kysely<Tables>) {
      const columns = ['unsure', 'backs', 'changes', 'presses', 'held'];
      for (const name of columns)
        await db.schema
          .alterTable('record')
          .addColumn(name, 'integer', (c) => c.notNull().defaultTo(0))
          .execute();
      await db.schema.alterTable('record').addColumn('helped', 'integer').execute();
      for (const name of ['unit', 'asked', 'reviewed', 'should'])
        await db.schema.alterTable('record').addColumn(name, 'text').execute();
      await db.schema.createIndex('record_unit').on('record').columns(['unit', 'id']).execute();
      await db.schema.createIndex('record_reviewed').on('record').columns(['reviewed', 'id']).execute();
      await db.schema.createIndex('record_asked').on('record').columns(['asked', 'id']).execute();
      await db.schema.createIndex('record_platform').on('record').columns(['platform', 'id']).execute();
      // Few are held or asked about with doubt: an index of these alone finds them at once, however many records there are.
      await sql`create index record_held on record (id) where held = 1`.execute(db);
      await sql`create index record_unsure on record (id) where unsure > 0`.execute(db);
      await db.schema
        .createTable('outbox')
        .addColumn('id', bytewise, (c) => c.primaryKey())
        .addColumn('recipient', 'text', (c) => c.notNull())
        .addColumn('platform', 'text', (c) => c.notNull())
        .addColumn('session', 'text')
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('body', 'text', (c) => c.notNull())
        .addColumn('created_at', 'text', (c) => c.notNull())
        .addColumn('due_at', 'text')
        .addColumn('attempts', 'integer', (c) => c.notNull())
        .addColumn('state', 'text', (c) => c.notNull())
        .addColumn('sent_at', 'text')
        .addColumn('because', 'text')
        .execute();
      await db.schema.createIndex('outbox_due').on('outbox').columns(['state', 'due_at']).execute();
      await db.schema
        .createTable('access')
        .addColumn('id', bytewise, (c) => c.primaryKey())
        .addColumn('at', 'text', (c) => c.notNull())
        .addColumn('who', 'text', (c) => c.notNull())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('role', 'text', (c) => c.notNull())
        .addColumn('what', 'text', (c) => c.notNull())
        .addColumn('record', sqlite ? 'integer' : 'bigint')
        .addColumn('detail', 'text')
        .execute();
      await db.schema
        .createTable('clarification')
        .addColumn('id', bytewise, (c) => c.primaryKey())
        .addColumn('session', 'text', (c) => c.notNull())
        .addColumn('flow', 'text', (c) => c.notNull())
        .addColumn('node', 'text', (c) => c.notNull())
        .addColumn('state', 'text', (c) => c.notNull())
        .addColumn('sv', 'text', (c) => c.notNull())
        .addColumn('en', 'text', (c) => c.notNull())
        .addColumn('cites', 'text', (c) => c.notNull())
        .addColumn('role', 'text', (c) => c.notNull())
        .addColumn('since', 'text', (c) => c.notNull())
        .addColumn('at', 'text', (c) => c.notNull())
        .execute();
      await db.schema.createIndex('clarification_node').on('clarification').columns(['flow', 'node']).execute();
    },
  };
}

/** What has been drawn to be looked at, how, and with what probability: a share in error is worked out from it. */
function theSamples(kind: Database['kind']): Migration {
  const sqlite = kind === 'sqlite';
  const bytewise = sqlite ? sql`text` : sql`text collate "C"`;
  return {
    async up(db: Kysely<Tables>) {
      await db.schema
        .createTable('sample')
        .addColumn('id', bytewise, (c) => c.primaryKey())
        .addColumn('at', 'text', (c) => c.notNull())
        .addColumn('who', 'text', (c) => c.notNull())
        .addColumn('first_day', 'text', (c) => c.notNull())
        .addColumn('last_day', 'text', (c) => c.notNull())
        .addColumn('units', 'text')
        .addColumn('weights', 'text', (c) => c.notNull())
        .addColumn('seed', sqlite ? 'integer' : 'bigint', (c) => c.notNull())
        .addColumn('size', 'integer', (c) => c.notNull())
        .addColumn('population', 'integer', (c) => c.notNull())
        .execute();
      await db.schema
        .createTable('sample_record')
        .addColumn('sample', bytewise, (c) => c.notNull())
        .addColumn('place', 'integer', (c) => c.notNull())
        .addColumn('record', sqlite ? 'integer' : 'bigint', (c) => c.notNull())
        .addColumn('probability', sqlite ? sql`real` : sql`double precision`, (c) => c.notNull())
        .addPrimaryKeyConstraint('sample_record_key', ['sample', 'place'])
        .execute();
    },
  };
}

/** What has been put to the registrar, and who is on it; and how far each clarification has been told. */
function theDesk(kind: Database['kind']): Migration {
  const sqlite = kind === 'sqlite';
  const bytewise = sqlite ? sql`text` : sql`text collate "C"`;
  return {
    async up(db: Kysely<Tables>) {
      await db.schema
        .createTable('question')
        .addColumn('session', bytewise, (c) => c.primaryKey())
        .addColumn('state', 'text', (c) => c.notNull())
        .addColumn('asked_at', bytewise, (c) => c.notNull())
        .addColumn('taken_by', 'text')
        .addColumn('taken_name', 'text')
        .addColumn('taken_at', 'text')
        .addColumn('raised_on', 'text')
        .execute();
      await db.schema.createIndex('question_state').on('question').columns(['state', 'asked_at', 'session']).execute();
      for (const name of ['telling', 'until'])
        await db.schema
          .alterTable('clarification')
          .addColumn(name, 'text', (c) => c.notNull().defaultTo(''))
          .execute();
      await db.schema
        .alterTable('clarification')
        .addColumn('told_to', sqlite ? 'integer' : 'bigint')
        .execute();
      await db.schema.createIndex('clarification_session').on('clarification').column('session').execute();
    },
  };
}

function theLog(kind: Database['kind']): Migration {
  const sqlite = kind === 'sqlite';
  // PostgreSQL would otherwise compare text by the rules of a language, and a range over a prefix needs bytes.
  const bytewise = sqlite ? sql`text` : sql`text collate "C"`;
  return {
    async up(db: Kysely<Tables>) {
      await db.schema
        .createTable('entry')
        .addColumn('session', bytewise, (c) => c.notNull())
        .addColumn('seq', 'integer', (c) => c.notNull())
        .addColumn('time', 'text', (c) => c.notNull())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('commitment', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('entry_key', ['session', 'seq'])
        .$call((table) => (sqlite ? table.modifyEnd(sql`without rowid`) : table))
        .execute();
      await db.schema
        .createTable('entry_content')
        .addColumn('session', bytewise, (c) => c.notNull())
        .addColumn('seq', 'integer', (c) => c.notNull())
        .addColumn('salt', 'text', (c) => c.notNull())
        .addColumn('content', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('entry_content_key', ['session', 'seq'])
        .$call((table) => (sqlite ? table.modifyEnd(sql`without rowid`) : table))
        .execute();
      await db.schema
        .createTable('ledger')
        .addColumn('position', sqlite ? 'integer' : 'bigint', (c) => c.primaryKey())
        .addColumn('year', 'integer', (c) => c.notNull())
        .addColumn('number', 'integer', (c) => c.notNull())
        .addColumn('session', bytewise, (c) => c.notNull())
        .addColumn('seq', 'integer', (c) => c.notNull())
        .addColumn('seal', 'text', (c) => c.notNull())
        .addColumn('previous', 'text', (c) => c.notNull())
        .addColumn('mac', 'text', (c) => c.notNull())
        .execute();
      await db.schema.createIndex('ledger_number').on('ledger').columns(['year', 'number']).execute();
      await db.schema.createIndex('ledger_entry').on('ledger').columns(['session', 'seq']).unique().execute();
      await db.schema
        .createTable('record')
        .addColumn('id', sqlite ? 'integer' : 'bigint', (c) => c.primaryKey())
        .addColumn('session', bytewise, (c) => c.notNull().unique())
        .addColumn('flow', 'text', (c) => c.notNull())
        .addColumn('version', 'text', (c) => c.notNull())
        .addColumn('platform', 'text', (c) => c.notNull())
        .addColumn('person', 'text', (c) => c.notNull())
        .addColumn('language', 'text', (c) => c.notNull())
        .addColumn('label', 'text')
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('outcome', 'text')
        .addColumn('started_at', 'text', (c) => c.notNull())
        .addColumn('ended_at', 'text')
        .addColumn('last_at', 'text', (c) => c.notNull())
        .addColumn('last_seq', 'integer', (c) => c.notNull())
        .addColumn('seal', 'text', (c) => c.notNull())
        .addColumn('search', 'text', (c) => c.notNull())
        .execute();
      await db.schema.createIndex('record_flow').on('record').columns(['flow', 'id']).execute();
      await db.schema.createIndex('record_outcome').on('record').columns(['outcome', 'id']).execute();
      await db.schema.createIndex('record_status').on('record').columns(['status', 'id']).execute();
      await db.schema.createIndex('record_started').on('record').columns(['started_at', 'id']).execute();
      await db.schema.createIndex('record_person').on('record').columns(['person', 'last_at']).execute();
      await db.schema
        .createTable('person')
        .addColumn('hash', 'text', (c) => c.primaryKey())
        .addColumn('platform', 'text', (c) => c.notNull())
        .addColumn('tenant', 'text', (c) => c.notNull())
        .addColumn('user_id', 'text', (c) => c.notNull())
        .addColumn('address', 'text')
        .addColumn('name', 'text')
        .addColumn('language', 'text')
        .addColumn('unit', 'text')
        .execute();
      await db.schema
        .createTable('flow_version')
        .addColumn('version', 'text', (c) => c.primaryKey())
        .addColumn('flow', 'text', (c) => c.notNull())
        .addColumn('body', 'text', (c) => c.notNull())
        .addColumn('first_seen', 'text', (c) => c.notNull())
        .addColumn('withdrawn_at', 'text')
        .addColumn('withdrawn_because', 'text')
        .execute();
      await db.schema
        .createTable('keyv')
        .addColumn('key', bytewise, (c) => c.primaryKey())
        .addColumn('value', 'text', (c) => c.notNull())
        .addColumn('expires', sqlite ? 'integer' : 'bigint')
        .execute();
      for (const statement of sqlite ? sqliteGuards : postgresGuards) await sql.raw(statement).execute(db);
    },
  };
}

// The log is append-only, and the database itself says no: also to a repair made in a hurry with another program.
// In SQLite, INSERT OR REPLACE slips past the triggers on update and delete, so an existing key is refused before insert.

const never = 'The log is never changed.';
const onlyDisposed = 'The content of an entry goes only when its record has been disposed of.';

const sqliteGuards = [
  ...['entry', 'ledger'].flatMap((table) => [
    `CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table} BEGIN SELECT RAISE(ABORT, '${never}'); END`,
    `CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table} BEGIN SELECT RAISE(ABORT, '${never}'); END`,
  ]),
  `CREATE TRIGGER entry_content_no_update BEFORE UPDATE ON entry_content BEGIN SELECT RAISE(ABORT, '${never}'); END`,
  `CREATE TRIGGER entry_content_no_delete BEFORE DELETE ON entry_content
     WHEN NOT EXISTS (SELECT 1 FROM entry WHERE session = OLD.session AND kind = 'dispose')
     BEGIN SELECT RAISE(ABORT, '${onlyDisposed}'); END`,
  ...['entry', 'entry_content'].map(
    (table) => `CREATE TRIGGER ${table}_no_replace BEFORE INSERT ON ${table}
     WHEN EXISTS (SELECT 1 FROM ${table} WHERE session = NEW.session AND seq = NEW.seq)
     BEGIN SELECT RAISE(ABORT, 'UNIQUE: this entry exists.'); END`,
  ),
  `CREATE TRIGGER ledger_no_replace BEFORE INSERT ON ledger
     WHEN EXISTS (SELECT 1 FROM ledger WHERE position = NEW.position)
       OR EXISTS (SELECT 1 FROM ledger WHERE session = NEW.session AND seq = NEW.seq)
     BEGIN SELECT RAISE(ABORT, 'UNIQUE: this ledger row exists.'); END`,
  `CREATE VIRTUAL TABLE record_search USING fts5(search, content='record', content_rowid='id', tokenize='trigram', detail=none)`,
  `CREATE TRIGGER record_search_insert AFTER INSERT ON record
     BEGIN INSERT INTO record_search(rowid, search) VALUES (NEW.id, NEW.search); END`,
  `CREATE TRIGGER record_search_update AFTER UPDATE OF search ON record WHEN OLD.search <> NEW.search BEGIN
     INSERT INTO record_search(record_search, rowid, search) VALUES ('delete', OLD.id, OLD.search);
     INSERT INTO record_search(rowid, search) VALUES (NEW.id, NEW.search); END`,
  `CREATE TRIGGER record_search_delete AFTER DELETE ON record
     BEGIN INSERT INTO record_search(record_search, rowid, search) VALUES ('delete', OLD.id, OLD.search); END`,
];

const postgresGuards = [
  `CREATE FUNCTION isitpublic_never() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN RAISE EXCEPTION '${never}'; END $$`,
  `CREATE FUNCTION isitpublic_only_disposed() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF NOT EXISTS (SELECT 1 FROM entry WHERE session = OLD.session AND kind = 'dispose') THEN
         RAISE EXCEPTION '${onlyDisposed}';
       END IF;
       RETURN OLD;
     END $$`,
  ...['entry', 'ledger'].map(
    (table) => `CREATE TRIGGER ${table}_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
     FOR EACH STATEMENT EXECUTE FUNCTION isitpublic_never()`,
  ),
  `CREATE TRIGGER entry_content_guard BEFORE UPDATE OR TRUNCATE ON entry_content
     FOR EACH STATEMENT EXECUTE FUNCTION isitpublic_never()`,
  `CREATE TRIGGER entry_content_disposal BEFORE DELETE ON entry_content
     FOR EACH ROW EXECUTE FUNCTION isitpublic_only_disposed()`,
  `CREATE EXTENSION IF NOT EXISTS pg_trgm`,
  `CREATE INDEX record_search ON record USING gin (search gin_trgm_ops)`,
];

const neverOpened = 'Who has opened what is never changed.';
const onlyWithRecord = 'Who has opened a record is forgotten only when the record has been disposed of.';
const isDisposed = `EXISTS (SELECT 1 FROM record JOIN entry ON entry.session = record.session
       WHERE record.id = OLD.record AND entry.kind = 'dispose')`;

const sqliteAccessGuards = [
  `CREATE TRIGGER access_no_update BEFORE UPDATE ON access BEGIN SELECT RAISE(ABORT, '${neverOpened}'); END`,
  `CREATE TRIGGER access_no_delete BEFORE DELETE ON access WHEN NOT ${isDisposed}
     BEGIN SELECT RAISE(ABORT, '${onlyWithRecord}'); END`,
  // A row can be replaced by its place in the table as well as by its key.
  `CREATE TRIGGER access_no_replace BEFORE INSERT ON access
     WHEN EXISTS (SELECT 1 FROM access WHERE id = NEW.id OR rowid = NEW.rowid)
     BEGIN SELECT RAISE(ABORT, 'UNIQUE: this opening exists.'); END`,
];

const postgresAccessGuards = [
  `CREATE FUNCTION isitpublic_never_opened() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN RAISE EXCEPTION '${neverOpened}'; END $$`,
  `CREATE FUNCTION isitpublic_only_with_record() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF NOT ${isDisposed} THEN
         RAISE EXCEPTION '${onlyWithRecord}';
       END IF;
       RETURN OLD;
     END $$`,
  `CREATE TRIGGER access_guard BEFORE UPDATE OR TRUNCATE ON access
     FOR EACH STATEMENT EXECUTE FUNCTION isitpublic_never_opened()`,
  `CREATE TRIGGER access_disposal BEFORE DELETE ON access
     FOR EACH ROW EXECUTE FUNCTION isitpublic_only_with_record()`,
];
