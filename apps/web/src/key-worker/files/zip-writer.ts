/** Writes a zip file piece by piece. What is compressed already is stored as it is. */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

/** One file to pack. */
export interface ZipFile {
  /** Safe, and not taken by another. */
  readonly path: string;
  readonly modifiedAtMs: number;
  readonly pieces: readonly Uint8Array[];
}

/** Packs files one after the other. */
export interface ZipWriter {
  add(file: ZipFile): void;
  /** The whole file; nothing can be added afterwards. */
  end(): Blob;
}

const packed =
  /\.(?:7z|avif|bz2|docx|flac|gz|heic|heif|jpe?g|m4a|m4v|mkv|mov|mp[34]|odp|ods|odt|ogg|pdf|png|pptx|rar|webm|webp|xlsx|xz|zip|zst)$/iu;
// What a zip file can say about times, at either end.
const earliestMs = Date.UTC(1980, 0, 2);
const latestMs = Date.UTC(2099, 11, 30);

/** Begins a zip file. */
export function createZipWriter(): ZipWriter {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let failure: Error | undefined;
  const zip = new Zip((error, chunk) => {
    if (error !== null) failure ??= error;
    else chunks.push(chunk);
  });
  return {
    add({ path, modifiedAtMs, pieces }) {
      const file = packed.test(path) ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 });
      file.mtime = new Date(Math.min(latestMs, Math.max(earliestMs, modifiedAtMs)));
      zip.add(file);
      const last = pieces.length - 1;
      for (const [index, piece] of pieces.entries()) file.push(piece, index === last);
      if (last < 0) file.push(new Uint8Array(0), true);
      if (failure !== undefined) throw failure;
    },
    end() {
      zip.end();
      if (failure !== undefined) throw failure;
      return new Blob(chunks, { type: 'application/octet-stream' });
    },
  };
}
