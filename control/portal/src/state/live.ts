import { signal } from "@preact/signals";

/** The part of EventSource that is used. */
export interface Source {
    onopen: ((event: Event) => void) | null;
    onerror: ((event: Event) => void) | null;
    readonly readyState: number;
    addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
    close(): void;
}

export interface LiveOptions {
    /** @param since identity of the last event that came, if one did */
    open(since: string | undefined): Source;
    later?(run: () => void, millis: number): unknown;
    cancel?(handle: unknown): void;
    random?(): number;
}

export const TOPICS = [
    "challenge.opened",
    "challenge.settled",
    "flow",
    "flow.own",
    "traffic",
    "device.locked",
    "device.changed",
    "device.traffic",
    "policy.applied",
    "request.changed",
    "access.denied",
    "device.link",
    "session.revoked",
    "audit",
    "audit.progress",
    "server.health",
] as const;
export type Topic = (typeof TOPICS)[number];
type Listener = (payload: unknown) => void;

const FIRST_WAIT_MILLIS = 1_000;
const LONGEST_WAIT_MILLIS = 30_000;

/**
 * Live events of the server, with reconnection. After a gap everything that is shown is asked for again, and what was told meanwhile is told
 * now, such as the offer to ask for access.
 */
export class LiveEvents {
    /** Whether events arrive. */
    readonly connected = signal(false);

    private readonly listeners = new Map<Topic, Set<Listener>>();
    private readonly gaps = new Set<() => void>();
    private readonly refusals = new Set<() => void>();
    private readonly beginnings = new Set<() => void>();
    private source: Source | undefined;
    private waiting: unknown;
    private wanted = false;
    private resting = false;
    private rests = 0;
    private failures = 0;
    private hadConnection = false;
    private since: string | undefined;

    constructor(private readonly options: LiveOptions) {}

    start(): void {
        this.wanted = true;
        if (!this.resting && this.source === undefined && this.waiting === undefined) {
            this.connect();
        }
    }

    /** Gives the connection up until {@link wake}; what is told meanwhile is told then. */
    rest(): void {
        this.resting = true;
        this.rests++;
        this.hangUp();
    }

    /**
     * Ends a rest, unless another has begun by then.
     *
     * @param first asks whose login this is: it may have ended in another tab, and another's begun
     */
    async wake(first: () => Promise<void>): Promise<void> {
        const { rests } = this;
        if (this.wanted) {
            await first();
        }
        if (rests === this.rests) {
            this.resting = false;
            if (this.wanted) {
                this.start();
            }
        }
    }

    /** Called when a connection is refused: there may be no login any more. */
    onRefused(listener: () => void): () => void {
        this.refusals.add(listener);
        return () => this.refusals.delete(listener);
    }

    stop(): void {
        this.wanted = false;
        this.hangUp();
        this.hadConnection = false;
        this.failures = 0;
        this.since = undefined;
    }

    on(topic: Topic, listener: Listener): () => void {
        const set = this.listeners.get(topic) ?? new Set();
        this.listeners.set(topic, set.add(listener));
        return () => set.delete(listener);
    }

    /** Called when events may have been missed. */
    onGap(listener: () => void): () => void {
        this.gaps.add(listener);
        return () => this.gaps.delete(listener);
    }

    /** Called when events arrive from now on, while those of before may have been missed: at the start, and after a gap. */
    onBegin(listener: () => void): () => void {
        this.beginnings.add(listener);
        return () => this.beginnings.delete(listener);
    }

    private hangUp(): void {
        this.source?.close();
        this.source = undefined;
        if (this.waiting !== undefined) {
            (this.options.cancel ?? ((handle) => clearTimeout(handle as number)))(this.waiting);
            this.waiting = undefined;
        }
        this.connected.value = false;
    }

    private connect(): void {
        const source = this.options.open(this.since);
        this.source = source;
        source.onopen = () => {
            this.failures = 0;
            this.connected.value = true;
            if (this.hadConnection) {
                this.gaps.forEach((listener) => listener());
            }
            this.hadConnection = true;
            this.beginnings.forEach((listener) => listener());
        };
        source.onerror = () => this.lost(source);
        // The server has forgotten what came in between.
        source.addEventListener("reset", (event) => {
            this.heard(event);
            this.gaps.forEach((listener) => listener());
            this.beginnings.forEach((listener) => listener());
        });
        source.addEventListener("here", (event) => this.heard(event));
        for (const topic of TOPICS) {
            source.addEventListener(topic, (event) => {
                this.heard(event);
                this.deliver(topic, event.data);
            });
        }
    }

    private heard({ lastEventId }: MessageEvent<string>): void {
        if (lastEventId !== "") {
            this.since = lastEventId;
        }
    }

    private lost(source: Source): void {
        if (source !== this.source) {
            return;
        }
        source.close();
        this.source = undefined;
        if (!this.connected.peek()) {
            this.refusals.forEach((listener) => listener());
        }
        if (!this.wanted) {
            return;
        }
        this.connected.value = false;
        // Spread out, so that a restarted server does not meet everybody at once.
        const longest = Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS * 2 ** this.failures++);
        const wait = longest * (0.5 + (this.options.random ?? Math.random)() / 2);
        this.waiting = (this.options.later ?? setTimeout)(() => {
            this.waiting = undefined;
            this.connect();
        }, wait);
    }

    private deliver(topic: Topic, data: string): void {
        let payload: unknown;
        try {
            payload = JSON.parse(data);
        } catch (error) {
            console.warn(`a live event of topic ${topic} is not JSON`, error);
            return;
        }
        this.listeners.get(topic)?.forEach((listener) => listener(payload));
    }
}

export const live = new LiveEvents({
    // A new one each time: the browser's own way to come back knows neither growing waits nor a server that says no.
    open: (since) => new EventSource(since === undefined ? "/api/v1/events" : `/api/v1/events?since=${encodeURIComponent(since)}`) as unknown as Source,
});
