import { describe, expect, test } from "vitest";
import { LiveEvents, type Source } from "../src/state/live";

class FakeSource implements Source {
    onopen: ((event: Event) => void) | null = null;
    onerror: ((event: Event) => void) | null = null;
    readyState = 0;
    closed = false;
    private readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();

    addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
        this.listeners.set(type, listener);
    }

    constructor(readonly since?: string) {}

    send(type: string, data: string, lastEventId = ""): void {
        this.listeners.get(type)?.({ data, lastEventId } as MessageEvent<string>);
    }

    open(): void {
        this.onopen?.(new Event("open"));
    }

    fail(): void {
        this.onerror?.(new Event("error"));
    }

    close(): void {
        this.closed = true;
    }
}

function setUp() {
    const sources: FakeSource[] = [];
    const waits: number[] = [];
    let pending: (() => void) | undefined;
    const live = new LiveEvents({
        open: (since) => {
            const source = new FakeSource(since);
            sources.push(source);
            return source;
        },
        later: (run, millis) => {
            waits.push(millis);
            pending = run;
            return waits.length;
        },
        cancel: () => (pending = undefined),
        random: () => 1,
    });
    return { live, sources, waits, wake: () => pending?.(), last: () => sources[sources.length - 1] as FakeSource };
}

describe("live events", () => {
    test("reach those who listen, as what they are", () => {
        const { live, last } = setUp();
        const heard: unknown[] = [];
        const leave = live.on("flow", (payload) => heard.push(payload));
        live.start();
        last().open();
        last().send("flow", '{"id":"1"}');
        last().send("audit", "{}");
        leave();
        last().send("flow", '{"id":"2"}');
        expect(heard).toEqual([{ id: "1" }]);
    });

    test("say when they begin to arrive: at the start, after a gap, and when the server has forgotten some", () => {
        const { live, last, wake } = setUp();
        let begun = 0;
        const leave = live.onBegin(() => begun++);
        live.start();
        expect(begun).toBe(0);
        last().open();
        expect(begun).toBe(1);
        last().fail();
        wake();
        last().open();
        expect(begun).toBe(2);
        last().send("reset", "{}", "run1-9");
        expect(begun).toBe(3);
        leave();
        last().send("reset", "{}", "run1-9");
        expect(begun).toBe(3);
    });

    test("that are broken disturb nobody", () => {
        const { live, last } = setUp();
        const heard: unknown[] = [];
        live.on("flow", (payload) => heard.push(payload));
        live.start();
        last().send("flow", "{broken");
        last().send("flow", "3");
        expect(heard).toEqual([3]);
    });

    test("come again after a loss, waiting longer each time up to half a minute", () => {
        const { live, waits, wake, last } = setUp();
        live.start();
        for (let count = 0; count < 7; count++) {
            last().fail();
            wake();
        }
        expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    });

    test("begin with short waits again once they came", () => {
        const { live, waits, wake, last } = setUp();
        live.start();
        last().fail();
        wake();
        last().fail();
        wake();
        last().open();
        last().fail();
        expect(waits).toEqual([1000, 2000, 1000]);
    });

    test("tell of a gap after a loss, not at the first start", () => {
        const { live, wake, last } = setUp();
        let gaps = 0;
        live.onGap(() => gaps++);
        live.start();
        last().open();
        expect(gaps).toBe(0);
        last().fail();
        wake();
        last().open();
        expect(gaps).toBe(1);
        last().send("reset", "{}");
        expect(gaps).toBe(2);
    });

    test("go on after a loss behind the last that came, or where the stream began", () => {
        const { live, wake, last } = setUp();
        live.start();
        expect(last().since).toBeUndefined();
        last().send("here", "{}", "run1-7");
        last().fail();
        wake();
        expect(last().since).toBe("run1-7");
        last().send("access.denied", "{}", "run1-9");
        last().fail();
        wake();
        expect(last().since).toBe("run1-9");
        last().fail();
        wake();
        expect(last().since).toBe("run1-9");
    });

    test("of one person are not asked for by the next", () => {
        const { live, last } = setUp();
        live.start();
        last().send("here", "{}", "run1-7");
        live.stop();
        live.start();
        expect(last().since).toBeUndefined();
    });

    test("say whether they are connected, and close what is lost", () => {
        const { live, sources, last } = setUp();
        live.start();
        last().open();
        expect(live.connected.value).toBe(true);
        last().fail();
        expect(live.connected.value).toBe(false);
        expect(sources[0]?.closed).toBe(true);
    });

    test("stay silent after the end, also when a wait was on", () => {
        const { live, sources, wake, last } = setUp();
        live.start();
        last().fail();
        live.stop();
        wake();
        expect(sources).toHaveLength(1);
        live.start();
        live.start();
        expect(sources).toHaveLength(2);
    });

    test("rest and go on where they were, if anybody still wants them", async () => {
        const { live, sources, last } = setUp();
        const asked: number[] = [];
        const ask = (): Promise<void> => Promise.resolve(void asked.push(sources.length));
        live.start();
        last().open();
        last().send("flow", "{}", "run-7");
        live.rest();
        expect(last().closed).toBe(true);
        live.start();
        expect(sources).toHaveLength(1);
        await live.wake(ask);
        expect(last().since).toBe("run-7");
        await live.wake(ask);
        expect(sources).toHaveLength(2);
        // Before the connection is made again.
        expect(asked).toEqual([1, 2]);
        live.stop();
        live.rest();
        await live.wake(ask);
        expect(sources).toHaveLength(2);
    });

    test("are not asked for again when the login has ended during a rest, nor when another rest has begun", async () => {
        const { live, sources } = setUp();
        live.start();
        live.rest();
        await live.wake(() => Promise.resolve(live.rest()));
        expect(sources).toHaveLength(1);
        await live.wake(() => Promise.resolve(live.stop()));
        expect(sources).toHaveLength(1);
    });

    test("that are refused make the page ask for its login, and end with it", () => {
        const { live, sources, waits, last } = setUp();
        let refused = 0;
        live.onRefused(() => refused++);
        live.start();
        last().open();
        last().fail();
        expect(refused).toBe(0);
        live.stop();
        live.start();
        const leave = live.onRefused(() => live.stop());
        last().fail();
        leave();
        expect(refused).toBe(1);
        expect(sources).toHaveLength(2);
        expect(waits).toHaveLength(1);
    });
});
