// A layered drawing of a small graph: columns by kind, roles by how deep they are, rows so that lines cross little.
// Columns are counted from the left.

export interface LayerNode {
    id: string;
    kind: string;
}

export interface LayerEdge {
    from: string;
    to: string;
}

export interface Placed {
    x: number;
    y: number;
    column: number;
}

export interface Layout {
    places: Map<string, Placed>;
    width: number;
    height: number;
}

export const NODE_WIDTH = 184;
export const NODE_HEIGHT = 40;
const COLUMN = 264;
const ROW = 54;
const SWEEPS = 6;

/** Which column each node is in: devices, those who ask, roles by depth, resources. */
export function columns(nodes: LayerNode[], edges: LayerEdge[]): Map<string, number> {
    const kinds = new Map(nodes.map((node) => [node.id, node.kind]));
    const depth = new Map(nodes.filter((node) => node.kind === "role").map((node) => [node.id, 0]));
    const inner = edges.filter((edge) => depth.has(edge.from) && depth.has(edge.to));
    // Roles make no circles; the bound holds if they ever do.
    for (let round = 0; round < depth.size; round++) {
        let moved = false;
        for (const { from, to } of inner) {
            const wanted = (depth.get(from) ?? 0) + 1;
            if ((depth.get(to) ?? 0) < wanted && wanted <= depth.size) {
                depth.set(to, wanted);
                moved = true;
            }
        }
        if (!moved) {
            break;
        }
    }
    const deepest = Math.max(-1, ...depth.values());
    const found = new Map<string, number>();
    for (const { id } of nodes) {
        const kind = kinds.get(id);
        found.set(id, kind === "device" ? 0 : kind === "role" ? 2 + (depth.get(id) ?? 0) : kind === "resource" ? 3 + deepest : 1);
    }
    // Columns without a node take no room.
    const used = [...new Set(found.values())].sort((a, b) => a - b);
    found.forEach((column, id) => found.set(id, used.indexOf(column)));
    return found;
}

/** Where each node goes. */
export function layout(nodes: LayerNode[], edges: LayerEdge[]): Layout {
    const column = columns(nodes, edges);
    const rows: string[][] = [];
    for (const { id } of nodes) {
        (rows[column.get(id) ?? 0] ??= []).push(id);
    }
    const near = new Map<string, string[]>();
    for (const { from, to } of edges) {
        near.set(from, [...(near.get(from) ?? []), to]);
        near.set(to, [...(near.get(to) ?? []), from]);
    }
    const at = new Map<string, number>();
    const number = (): void => rows.forEach((ids) => ids.forEach((id, index) => at.set(id, (index + 0.5) / ids.length)));
    number();
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
        const order = sweep % 2 === 0 ? rows : [...rows].reverse();
        for (const ids of order) {
            const centre = new Map(ids.map((id) => {
                const others = (near.get(id) ?? []).filter((other) => column.get(other) !== column.get(id));
                return [id, others.length === 0 ? (at.get(id) ?? 0) : others.reduce((sum, other) => sum + (at.get(other) ?? 0), 0) / others.length];
            }));
            ids.sort((a, b) => (centre.get(a) ?? 0) - (centre.get(b) ?? 0));
            ids.forEach((id, index) => at.set(id, (index + 0.5) / ids.length));
        }
    }
    const tallest = Math.max(1, ...rows.map((ids) => ids.length));
    const height = tallest * ROW;
    const places = new Map<string, Placed>();
    rows.forEach((ids, index) => {
        const gap = height / ids.length;
        ids.forEach((id, row) => places.set(id, { x: index * COLUMN, y: gap * (row + 0.5) - NODE_HEIGHT / 2, column: index }));
    });
    return { places, width: Math.max(0, rows.length - 1) * COLUMN + NODE_WIDTH, height };
}

/** All nodes on a way through one: what leads to it, and where it leads. */
export function through(id: string, edges: LayerEdge[]): Set<string> {
    const found = new Set([id]);
    const walk = (next: (edge: LayerEdge) => [string, string]): void => {
        const open = [id];
        const seen = new Set(open);
        for (let one = open.pop(); one !== undefined; one = open.pop()) {
            for (const edge of edges) {
                const [here, there] = next(edge);
                if (here === one && !seen.has(there)) {
                    seen.add(there);
                    found.add(there);
                    open.push(there);
                }
            }
        }
    };
    walk((edge) => [edge.from, edge.to]);
    walk((edge) => [edge.to, edge.from]);
    return found;
}

/** A line between two nodes; one in the same column bends outwards. */
export function line(from: Placed, to: Placed): string {
    const y1 = from.y + NODE_HEIGHT / 2;
    const y2 = to.y + NODE_HEIGHT / 2;
    const x1 = from.x + NODE_WIDTH;
    const x2 = to.x;
    const bend = Math.max(40, (x2 - x1) / 2);
    return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}
