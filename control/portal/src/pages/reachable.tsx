import { api, got } from "../api/client";
import type { ReachableResource } from "../api/types";
import { invalidate } from "../state/queries";
import { toastError } from "../state/toasts";
import { Button } from "../ui/controls";
import { Card, Loaded } from "../ui/parts";
import { type Listed, useListing } from "../ui/table";
import { ReachableList } from "./myaccess";

/** What one may reach, or may ask for, page by page. */
export function useReachable(access: "granted" | "requestable", q: string): Listed<ReachableResource> {
    return useListing(`me/resources?${access}&${q}`, (cursor) =>
        got(api.GET("/me/resources", { params: { query: { access, ...(q && { q }), ...(cursor && { cursor }) } } })));
}

/** A part of the list with its button for more. What opens or closes by the hour is left out here. */
export function ReachableCard({ title, text, listed, shows, onRequest }: {
    title: string;
    text?: string;
    listed: Listed<ReachableResource>;
    shows: (one: ReachableResource) => boolean;
    onRequest?: (resource: ReachableResource) => void;
}) {
    return (
        <Card title={title} {...(text !== undefined && { text })} flush>
            <Loaded query={{ data: listed.items, error: listed.error }} retry={() => invalidate("me/resources")}>
                {(items) => <ReachableList items={items.filter(shows)} {...(onRequest && { onRequest })} />}
            </Loaded>
            {listed.hasMore && <div class="more"><Button onClick={() => listed.more().catch(toastError)}>Show more</Button></div>}
        </Card>
    );
}
