import { api } from "../api/client";
import type { ReachableResource } from "../api/types";
import { exampleTicket, fitsTicket } from "../format/ticket";
import { span } from "../format/time";
import { plural } from "../format/text";
import { useForm } from "../state/form";
import { type Offer, withdrawOffer } from "../state/offers";
import { invalidate } from "../state/queries";
import { toast } from "../state/toasts";
import { FormDialog } from "../ui/dialogs";
import { Duration, Text } from "../ui/fields";
import { Note } from "../ui/parts";

const FIRST_SECONDS = 3600;

/** Says while it is typed whether a ticket number can be one. */
function ticketHint(pattern: string, ticket: string) {
    const fits = ticket === "" ? undefined : fitsTicket(pattern, ticket);
    const example = exampleTicket(pattern);
    return (
        <span aria-live="polite">
            {fits === true ? "Looks right." : fits === false ? "Not of this form yet." : ""}{" "}
            Form: <span class="mono">{pattern}</span>{example !== undefined && <>, such as <span class="mono">{example}</span></>}
        </span>
    );
}

/** Asks for a resource; `offer` = what was denied, which fills the form in. */
export function RequestDialog({ resource, offer, onClose }: { resource: ReachableResource; offer?: Offer | undefined; onClose: () => void }) {
    const form = useForm({
        reason: offer === undefined ? "" : `To reach ${offer.destination}`,
        ticket: "",
        durationSeconds: Math.min(FIRST_SECONDS, resource.maxDurationSeconds) as number | undefined,
    });
    const { ticket, durationSeconds } = form.values.value;
    const pattern = resource.ticketPattern;
    return (
        <FormDialog
            title={`Request ${resource.name}`}
            submit="Send request"
            form={form}
            onClose={onClose}
            save={async (values) => {
                await api.POST("/requests", {
                    body: {
                        resource: resource.id, reason: values.reason.trim(), durationSeconds: values.durationSeconds ?? 0,
                        ...(values.ticket.trim() !== "" && { ticket: values.ticket.trim() }),
                    },
                });
                withdrawOffer(resource.id);
                toast("Sent. You are told as soon as somebody decides.");
                await invalidate("requests", "me/resources");
            }}
        >
            <p class="quiet">
                <span class="mono">{resource.cidr}</span>, {resource.ports === "*" ? "all ports" : `ports ${resource.ports}`}
                {resource.description && <> · {resource.description}</>}. {plural(resource.approvals, "person has", "people have")} to approve.
            </p>
            <Text form={form} name="reason" label="What do you need it for?" rows={3} autoFocus />
            {pattern !== "" && <Text form={form} name="ticket" label="Ticket" mono placeholder={exampleTicket(pattern)} hint={ticketHint(pattern, ticket.trim())} />}
            <Duration form={form} name="durationSeconds" label="For how long" hint={`At most ${span(resource.maxDurationSeconds)}; then it ends by itself.`} />
            {durationSeconds !== undefined && durationSeconds > resource.maxDurationSeconds && (
                <Note tone="warn" icon="clock">That is longer than {span(resource.maxDurationSeconds)}, which is the most that can be asked for.</Note>
            )}
        </FormDialog>
    );
}
