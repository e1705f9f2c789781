/** What of an upload this browser remembers across a reload: which version of each file was sent, and whether all of it. */
const name = (intake_id: string, path: string) => `fenshen-upload ${intake_id} ${path}`;

/** Runs `work` on the storage; where that is off or full nothing is remembered, and files are sent anew. */
function stored<Value>(work: (storage: Storage) => Value, otherwise: Value): Value {
  try {
    return work(localStorage);
  } catch {
    return otherwise;
  }
}

export const uploadMemory = {
  get: (intake_id: string, path: string) => stored((storage) => storage.getItem(name(intake_id, path)), null),
  set: (intake_id: string, path: string, value: string) =>
    stored((storage) => storage.setItem(name(intake_id, path), value), undefined),
  forget: (intake_id: string) =>
    stored((storage) => {
      for (const key of Object.keys(storage)) if (key.startsWith(name(intake_id, ""))) storage.removeItem(key);
    }, undefined),
};
