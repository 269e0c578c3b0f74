import type { PersonWithSchool } from '../../storage/metadata/people.ts';
import type { Language, PersonRole, PersonView } from '../contract/person.ts';

export const personView = (row: PersonWithSchool): PersonView => ({
  id: row.id,
  username: row.username,
  name: row.name,
  email: row.email,
  role: row.role as PersonRole,
  school: { id: row.school_id, code: row.school_code, name: row.school_name },
  language: row.language as Language | null,
  disabled: row.disabled === 1,
  mustChangePassword: row.must_change_password === 1,
  createdAt: row.created_at,
  version: row.version,
});
