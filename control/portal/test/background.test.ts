import { describe, expect, test, vi } from "vitest";
import { restInBackground, type Tab } from "../src/state/background";

/** Locks of one name, as a browser has them for all tabs of an origin. */
class FakeLocks {
    private held = false;
    private readonly queue: { run: () => Promise<void>; done: (value: unknown) => void }[] = [];

    request(_name: string, options: { signal: AbortSignal }, run: () => Promise<void>): Promise<unknown> {
        return new Promise((done, fail) => {
            const waiting = { run, done };
            this.queue.push(waiting);
            options.signal.addEventListener("abort", () => {
                const at = this.queue.indexOf(waiting);
                if (at >= 0) {
                    this.queue.splice(at, 1);
                    fail(new DOMException("aborted", "AbortError"));
                }
            });
            this.next();
        });
    }

    private next(): void {
        const first = this.held ? undefined : this.queue.shift();
        if (first !== undefined) {
            this.held = true;
            void first.run().then(() => {
                this.held = false;
                first.done(undefined);
                this.next();
            });
        }
    }
}

class FakeTab implements Tab {
    listens = true;
    private change: () => void = () => undefined;
    private timer: (() => void) | undefined;

    constructor(
        readonly locks: Tab["locks"],
        private hidden = false,
    ) {
        restInBackground({ rest: () => (this.listens = false), wake: () => (this.listens = true) }, this);
    }

    isHidden = (): boolean => this.hidden;
    onChange(listener: () => void): void {
        this.change = listener;
    }
    later(run: () => void): unknown {
        this.timer = run;
        return run;
    }
    cancel(handle: unknown): void {
        if (this.timer === handle) {
            this.timer = undefined;
        }
    }

    async show(shown: boolean): Promise<void> {
        this.hidden = !shown;
        this.change();
        await settle();
    }
    pass(): void {
        this.timer?.();
        this.timer = undefined;
    }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function tabs(count: number): FakeTab[] {
    const locks = new FakeLocks() as unknown as Tab["locks"];
    return Array.from({ length: count }, () => new FakeTab(locks));
}

describe("tabs in the background", () => {
    test("rest but for one", async () => {
        const [one, two, three] = tabs(3) as [FakeTab, FakeTab, FakeTab];
        for (const tab of [one, two]) {
            await tab.show(false);
            tab.pass();
        }
        expect([one.listens, two.listens, three.listens]).toEqual([true, false, true]);
    });

    test("take over when the one that listens is looked at", async () => {
        const [one, two] = tabs(2) as [FakeTab, FakeTab];
        for (const tab of [one, two]) {
            await tab.show(false);
            tab.pass();
        }
        await one.show(true);
        expect([one.listens, two.listens]).toEqual([true, true]);
    });

    test("that open there rest as well", async () => {
        const locks = new FakeLocks() as unknown as Tab["locks"];
        const [one, two] = [new FakeTab(locks, true), new FakeTab(locks, true)];
        await settle();
        one.pass();
        two.pass();
        expect([one.listens, two.listens]).toEqual([true, false]);
    });

    test("rest all when they can't agree, and listen when they are looked at", async () => {
        const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
        const refused = { request: () => Promise.reject(new DOMException("not here", "SecurityError")) } as unknown as Tab["locks"];
        const tab = new FakeTab(refused);
        await tab.show(false);
        tab.pass();
        expect(tab.listens).toBe(false);
        expect(warned).toHaveBeenCalledTimes(1);
        await tab.show(true);
        expect(tab.listens).toBe(true);
        warned.mockRestore();
    });

    test("listen again as soon as they are looked at, and do not rest when that was quick", async () => {
        const [one, two] = tabs(2) as [FakeTab, FakeTab];
        await one.show(false);
        await two.show(false);
        two.pass();
        expect(two.listens).toBe(false);
        await two.show(true);
        expect(two.listens).toBe(true);
        await two.show(false);
        await two.show(true);
        two.pass();
        expect(two.listens).toBe(true);
    });
});
