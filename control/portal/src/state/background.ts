const NAME = "sekisho-background";
const PATIENCE_MILLIS = 1_000;

/** The parts of a browser that are used. */
export interface Tab {
    isHidden(): boolean;
    onChange(listener: () => void): void;
    locks: Pick<LockManager, "request">;
    later(run: () => void, millis: number): unknown;
    cancel(handle: unknown): void;
}

/**
 * Lets tabs rest that nobody looks at, but for one of them. A browser makes six connections to a server, and each tab's
 * events keep one: with six tabs that listen, whatever any of them asks would wait for ever. The one in the background
 * goes on for those who have no other tab open.
 */
export function restInBackground(live: { rest(): void; wake(): void }, tab: Tab): void {
    let away: AbortController | undefined;

    const leave = (): void => {
        const turn = new AbortController();
        away = turn;
        const back = new Promise<void>((resolve) => turn.signal.addEventListener("abort", () => resolve()));
        const resting = tab.later(() => live.rest(), PATIENCE_MILLIS);
        void back.then(() => tab.cancel(resting));
        tab.locks
            .request(NAME, { signal: turn.signal }, () => {
                tab.cancel(resting);
                live.wake();
                return back;
            })
            .catch((error: unknown) => {
                if (!turn.signal.aborted) {
                    console.warn("tabs in the background can't agree on who listens", error);
                }
            });
    };

    const look = (): void => {
        if (tab.isHidden() && away === undefined) {
            leave();
        } else if (!tab.isHidden() && away !== undefined) {
            away.abort();
            away = undefined;
            live.wake();
        }
    };

    tab.onChange(look);
    look();
}

/** This tab, where the browser lets tabs agree; only over HTTPS. */
export function thisTab(): Tab | undefined {
    return "locks" in navigator
        ? {
              isHidden: () => document.visibilityState === "hidden",
              onChange: (listener) => document.addEventListener("visibilitychange", listener),
              locks: navigator.locks,
              later: (run, millis) => setTimeout(run, millis),
              cancel: (handle) => clearTimeout(handle as number),
          }
        : undefined;
}
