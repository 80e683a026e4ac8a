// What a decision came to and its row in Activity are written together, and automation hears whether that works.
import { createKeep, type Keep } from '../auth/record.ts';
import type { Automation } from './automation.ts';

/** As createKeep; a write that fails for whatever cause stops what is automatic: a console that cannot write what it did does nothing by itself. */
export function createDeskKeep({ automation, ...deps }: Parameters<typeof createKeep>[0] & { automation: Automation }): Keep {
  const keep = createKeep(deps);
  return async (work) => {
    try {
      const kept = await keep(work);
      automation.storeWorks();
      return kept;
    } catch (error) {
      automation.storeFailed();
      throw error;
    }
  };
}
