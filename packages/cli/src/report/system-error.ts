/** What the operating system's refusals mean, in words that fit behind a path. */
const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "it is in use",
  EEXIST: "there is a file of that name already",
  EISDIR: "it is a directory",
  ELOOP: "its symbolic links lead round in a circle",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "its name is too long",
  ENOENT: "there is no such file or directory",
  ENOSPC: "no space is left on the device",
  ENOTDIR: "a part of its path is a file, not a directory",
  EPERM: "the operating system does not permit it",
  EROFS: "the file system is read-only",
};

/** The system's name for what went wrong, such as `ENOENT`; undefined where `error` is no error of the system. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** Why the operating system refused, in words. */
export function describeSystemError(error: unknown): string {
  const meaning = MEANINGS[errorCode(error) ?? ""];
  if (meaning !== undefined) return meaning;
  return error instanceof Error ? error.message : String(error);
}
