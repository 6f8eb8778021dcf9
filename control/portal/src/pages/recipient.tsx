import { Avatar, Cell } from "../ui/parts";

/** Whom a grant is for: `user:NAME`, `role:NAME` or `network:CIDR`. */
export function RecipientCell({ to }: { to: string }) {
    const [kind, ...rest] = to.split(":");
    const name = rest.join(":");
    return <Cell lead={kind === "user" ? <Avatar name={name} /> : <Avatar name="" icon={kind === "role" ? "role" : "network"} />} title={name} small={kind} />;
}
