import { describe, expect, it, vi } from "vitest";
import { Problem } from "../api/problem";
import { type Doors, piece_bytes, Uploader } from "./uploader";

/** A server that keeps what arrives, and does what `trouble` says before it takes a piece. */
class Server implements Doors {
  files = new Map<string, { bytes: number; whole: boolean }>();
  calls: string[] = [];
  kept = new Map<string, string>();
  travelling = 0;
  most = 0;
  constructor(readonly trouble: (path: string, offset: number, tried: number) => Problem | null = () => null) {}
  #tried = new Map<string, number>();

  begin = async () => (this.calls.push("begin"), "take_1");
  start = async (id: string) => void this.calls.push(`start ${id}`);
  cancel = async (id: string) => void this.calls.push(`cancel ${id}`);
  wait = async () => {};
  received = async (_id: string, path: string) => this.files.get(path)?.bytes ?? 0;
  memory = {
    get: (id: string, path: string) => this.kept.get(`${id} ${path}`) ?? null,
    set: (id: string, path: string, value: string) => void this.kept.set(`${id} ${path}`, value),
    forget: () => this.kept.clear(),
  };
  send: Doors["send"] = async (_id, { path, offset, bytes, last }, onSent, signal) => {
    this.most = Math.max(this.most, ++this.travelling);
    await new Promise((resolve) => setTimeout(resolve));
    this.travelling -= 1;
    signal.throwIfAborted();
    const tried = (this.#tried.get(path) ?? 0) + 1;
    this.#tried.set(path, tried);
    const problem = this.trouble(path, offset, tried);
    if (problem) throw problem;
    const here = this.files.get(path);
    const arrived = here && !here.whole ? here.bytes : 0;
    if (offset !== 0 && offset !== arrived) throw new Problem(409, "bad_offset", "", false, arrived);
    this.calls.push(`${path} ${offset}+${bytes.size}${last ? " last" : ""}`);
    this.files.set(path, { bytes: offset + bytes.size, whole: last });
    onSent(bytes.size);
    return offset + bytes.size;
  };
}

const picked = (path: string, size = 3) => ({
  path,
  file: new File([new Uint8Array(size)], path, { lastModified: 7 }),
});
const over = (uploader: Uploader, phase = "idle") => vi.waitFor(() => expect(uploader.queue.phase).toBe(phase));

describe("the uploader", () => {
  it("sends large files in pieces, three files at once, and then starts the reading", async () => {
    const server = new Server();
    const uploader = new Uploader(server);
    uploader.add([picked("big.wav", piece_bytes + 5), picked("a"), picked("b"), picked("c"), picked("empty", 0)], null);
    await over(uploader);
    expect(server.calls).toContain(`big.wav ${piece_bytes}+5 last`);
    expect(server.calls).toContain("empty 0+0 last");
    expect([server.calls[0], server.calls.at(-1), server.most]).toEqual(["begin", "start take_1", 3]);
    expect([...server.files.values()].every((file) => file.whole)).toBe(true);
  });

  it("goes on from where the server says, and after a broken connection", async () => {
    const server = new Server((_path, _offset, tried) => (tried < 4 ? new Problem(0, "unreachable", "", true) : null));
    server.files.set("a", { bytes: 2, whole: false });
    server.kept.set("take_0 a", "3 7");
    const uploader = new Uploader(server);
    uploader.add([picked("a")], "take_0");
    await over(uploader);
    expect(server.calls).toEqual(["a 2+1 last", "start take_0"]);
  });

  it("sends nothing again that this browser knows to be there, and all of a file that has changed since", async () => {
    const server = new Server();
    server.files.set("changed", { bytes: 2, whole: false });
    server.kept.set("take_0 there", "3 7 whole");
    server.kept.set("take_0 changed", "99 1");
    const uploader = new Uploader(server);
    uploader.add([picked("there"), picked("changed")], "take_0");
    await over(uploader);
    expect(server.calls).toEqual(["changed 0+3 last", "start take_0"]);
  });

  it("leaves out a name the server refuses, and stops when nothing can go on", async () => {
    const refused = new Problem(422, "bad_path", "no", false);
    const server = new Server((path) => (path === "odd" ? refused : null));
    const uploader = new Uploader(server);
    uploader.add([picked("odd"), picked("fine")], null);
    await over(uploader);
    expect(uploader.queue.files).toMatchObject([{ path: "odd", status: "refused" }]);

    const full = new Server(() => new Problem(409, "not_collecting", "", false));
    const stuck = new Uploader(full);
    stuck.add([picked("a")], null);
    await over(stuck, "stopped");
    expect(stuck.queue.problem?.code).toBe("not_collecting");
    await stuck.cancel();
    expect([stuck.queue.phase, full.calls]).toEqual(["idle", ["begin", "cancel take_1"]]);
  });

  it("pauses and goes on", async () => {
    const server = new Server();
    const uploader = new Uploader(server);
    uploader.add([picked("a"), picked("b")], null);
    uploader.pause();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([uploader.queue.phase, server.files.size]).toEqual(["paused", 0]);
    uploader.resume();
    await over(uploader);
    expect(server.files.size).toBe(2);
    expect(server.calls.filter((call) => call === "begin")).toHaveLength(1);
  });
});
