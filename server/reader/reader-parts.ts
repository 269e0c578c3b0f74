import type { Metadata } from '../../storage/metadata/database.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import type { SearchIndex } from '../../search/search-index.ts';

export interface ReaderParts {
  metadata: Metadata;
  objects: ObjectStore;
  search: SearchIndex;
  /** Without a trailing slash: https://thuvien.example.edu.vn */
  publicUrl: string;
}
