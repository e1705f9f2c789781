/** One piece of a file on its way to the server. `XMLHttpRequest`, because `fetch` tells nothing while it sends. */
import { problemFrom, unreachable } from "./problem";

export interface Piece {
  slug: string;
  intake_id: string;
  path: string;
  /** Where these bytes belong in the file. */
  offset: number;
  bytes: Blob;
  /** The file is whole with them. */
  last: boolean;
}

/** Send a piece of a file that goes into a library; see `sendBytes`. */
export function sendPiece(piece: Piece, onSent: (bytes: number) => void, signal: AbortSignal): Promise<number> {
  const { slug, intake_id, path, offset, last } = piece;
  const query = new URLSearchParams({ path, offset: String(offset), last: String(last) });
  const address = `/api/studio/${encodeURIComponent(slug)}/library/intakes/${encodeURIComponent(intake_id)}/files?${query}`;
  return sendBytes(address, piece.bytes, onSent, signal);
}

/** Send a piece of a twin file; see `sendBytes`. */
export function sendTwinPiece(
  name: string,
  offset: number,
  bytes: Blob,
  last: boolean,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
) {
  const query = new URLSearchParams({ offset: String(offset), last: String(last) });
  return sendBytes(`/api/admin/imports/${encodeURIComponent(name)}?${query}`, bytes, onSent, signal);
}

/**
 * Send bytes; how many of the whole file have arrived.
 *
 * @param onSent hears how many of these bytes have left.
 * @throws Problem, also when there was no answer; the signal's reason when it was called off.
 */
function sendBytes(
  address: string,
  bytes: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<number> {
  const request = new XMLHttpRequest();
  request.open("PUT", address);
  request.responseType = "json";
  request.setRequestHeader("Content-Type", "application/octet-stream");
  return new Promise((resolve, reject) => {
    const abort = () => request.abort();
    signal.addEventListener("abort", abort, { once: true });
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => {
      const body = request.response as { received?: number } | null;
      if (request.status === 200 && typeof body?.received === "number") resolve(body.received);
      else reject(problemFrom(request.status, body));
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject((signal.reason as Error | undefined) ?? unreachable());
    request.onloadend = () => signal.removeEventListener("abort", abort);
    if (signal.aborted) reject(signal.reason as Error);
    else request.send(bytes);
  });
}
