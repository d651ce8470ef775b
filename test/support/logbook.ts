import { DatabaseSync } from 'node:sqlite';
import { runCommand } from './program.ts';
import type { Json } from './slack/limits.ts';

/** What a program has kept in a SQLite file, read past the program. */
export class Logbook {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  read(statement: string, ...values: string[]): Json[] {
    const database = new DatabaseSync(this.file, { readOnly: true });
    try {
      return database.prepare(statement).all(...values) as Json[];
    } finally {
      database.close();
    }
  }

  /** The records of somebody, by their id on their platform; the first begun first. */
  recordsOf(userId: string): Json[] {
    return this.read(
      'SELECT record.* FROM record JOIN person ON hash = person WHERE person.user_id = ? ORDER BY id',
      userId,
    );
  }

  /** Every row of every table. */
  everything(): Json[][] {
    const tables = this.read("SELECT name FROM sqlite_schema WHERE type = 'table'");
    return tables.map(({ name }) => this.read(`SELECT * FROM "${name}"`));
  }

  /** What the log says of itself. */
  async verify(): Promise<string> {
    const settings = { DATABASE_URL: `sqlite:${this.file}`, FLOWS: 'test/support/flows' };
    const { stdout, stderr } = await runCommand('src/records.ts', ['verify'], settings);
    return stdout + stderr;
  }
}
