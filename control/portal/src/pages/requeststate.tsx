import type { AccessRequest } from "../api/types";
import { plural } from "../format/text";
import { dateTime, remaining } from "../format/time";
import { Badge, type Tone, useNow } from "../ui/parts";

const TONES: Record<AccessRequest["state"], Tone> = { open: "accent", approved: "ok", denied: "bad", cancelled: "", expired: "", ended: "" };

/** Everybody who decided, with those who said no marked. */
export function votesOf(request: AccessRequest): string {
    return request.votes.map((vote) => `${vote.user}${vote.approve ? "" : " (no)"}${vote.comment ? `: ${vote.comment}` : ""}`).join(", ");
}

/** "1 of 2 approvals, by bob". */
export function progress(request: AccessRequest): string {
    const yes = request.votes.filter((vote) => vote.approve);
    const count = `${yes.length} of ${plural(request.approvals, "approval")}`;
    return yes.length === 0 ? count : `${count}, by ${yes.map((vote) => vote.user).join(", ")}`;
}

/** How far it is, with a clock while one runs: to decide, or of the access that it gave. */
export function RequestState({ request }: { request: AccessRequest }) {
    const time = useNow();
    const over = request.state === "open" && Date.parse(request.expiresAt) <= time ? "expired"
        : request.state === "approved" && request.accessUntil !== undefined && Date.parse(request.accessUntil) <= time ? "ended"
        : request.state;
    return (
        <span class="badges">
            <Badge tone={TONES[over]}>{over}</Badge>
            {over === "open" && <span class="small quiet" role="timer">{remaining(request.expiresAt, time)} to decide</span>}
            {over === "approved" && request.accessUntil !== undefined && <span class="small quiet" role="timer">ends in {remaining(request.accessUntil, time)}</span>}
            {over === "ended" && request.accessUntil !== undefined && <span class="small quiet">{dateTime(request.accessUntil)}</span>}
        </span>
    );
}
