import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

const FOLDER = process.env.SEKISHO_E2E_FOLDER ?? "";

/** A download that gets no byte for so long ends. */
const SILENCE_SECONDS = 4;
/** More than that, and what a busy machine needs. */
const LIMIT_MILLIS = 20_000;
/** Under way: more than a head, and what comes in a tenth of a second. */
const SOME_BYTES = 10_000;

const running = new Set<ChildProcess>();

/** What a program left. */
export interface Ended {
    exitCode: number;
    out: string;
    log: string;
}

/** A program of this test. */
class Program {
    /** Before it did anything, in milliseconds since 1970. */
    readonly startedAt = Date.now();
    readonly end: Promise<Ended>;
    over = false;
    private readonly process: ChildProcess;

    constructor(words: string[], environment: Record<string, string> = {}) {
        const [command = "", ...rest] = words;
        this.process = spawn(command, rest, { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
        running.add(this.process);
        let out = "";
        let log = "";
        this.process.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()));
        this.process.stderr?.on("data", (chunk: Buffer) => (log += chunk.toString()));
        this.end = new Promise((resolve, reject) => {
            this.process.on("error", reject);
            this.process.on("close", (exitCode) => {
                this.over = true;
                running.delete(this.process);
                resolve({ exitCode: exitCode ?? -1, out, log });
            });
        });
    }

    stop(): void {
        this.process.kill();
    }
}

/** Ends what a failed test has left. */
export function stopAll(): void {
    running.forEach((one) => one.kill());
}

/** Runs a program to its good end. */
export async function run(words: string[], environment: Record<string, string> = {}): Promise<string> {
    const ended = await new Program(words, environment).end;
    if (ended.exitCode !== 0) {
        throw new Error(`${words.join(" ")} ended with ${ended.exitCode}: ${ended.out}${ended.log}`);
    }
    return ended.out;
}

/** A request by `curl`; it says `200 1`, status and number of connections that were made. */
export class Fetch extends Program {
    constructor(host: string, url: string, seconds: number) {
        super(["ip", "netns", "exec", host, "curl", "-gsS", "-v", "--max-time", String(seconds), "-o", "/dev/null", "-w", "%{http_code} %{num_connects}", url]);
    }
}

/** A download without end by `curl`, a kilobyte every hundredth of a second. */
export class Download extends Program {
    private static count = 0;

    constructor(host: string, url: string, private readonly file = join(FOLDER, `download-${++Download.count}`)) {
        super(["ip", "netns", "exec", host, "curl", "-gsSN", "--speed-limit", "1", "--speed-time", String(SILENCE_SECONDS), "-o", file, url]);
    }

    /** Until it is under way. */
    async begun(): Promise<void> {
        await expect.poll(() => this.size, { message: "bytes of the download", timeout: LIMIT_MILLIS }).toBeGreaterThan(SOME_BYTES);
    }

    /** Bytes so far. */
    get size(): number {
        return existsSync(this.file) ? statSync(this.file).size : 0;
    }

    /** Its end, which somebody else has brought about. */
    async cut(): Promise<void> {
        await expect.poll(() => this.over, { message: "the download is over", timeout: LIMIT_MILLIS }).toBe(true);
        const ended = await this.end;
        expect(ended.exitCode, ended.log).not.toBe(0);
    }

    /** In milliseconds since 1970. */
    get lastByteAt(): number {
        return statSync(this.file).mtimeMs;
    }
}

/** A host with a stock WireGuard client: a network namespace of the lab. */
export class Client {
    constructor(readonly host: string) {}

    /** Takes the tunnel up by a file of the portal, as `wg-quick` takes it. The interface has the file's name. */
    async connect(config: string): Promise<void> {
        await run(["ip", "netns", "exec", this.host, "wg-quick", "up", config], { WG_QUICK_USERSPACE_IMPLEMENTATION: process.env.SEKISHO_E2E_WIREGUARD ?? "" });
    }

    fetch(url: string, seconds: number): Fetch {
        return new Fetch(this.host, url, seconds);
    }

    download(url: string): Download {
        return new Download(this.host, url);
    }

    /** Looks for open ports. */
    scan(address: string, ports: string): Program {
        return new Program(["ip", "netns", "exec", this.host, "nmap", "-n", "-Pn", "--max-retries", "0", "-sS", "-p", ports, address]);
    }
}

export const laptop = new Client(process.env.SEKISHO_E2E_LAPTOP ?? "");
export const desk = new Client(process.env.SEKISHO_E2E_DESK ?? "");
export const tablet = new Client(process.env.SEKISHO_E2E_TABLET ?? "");
