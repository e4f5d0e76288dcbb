"""Lineage in words: the branches of a tree, and what is to be said beside it."""

from plimsoll.bootstrap.lineage import Branch, LineageView
from plimsoll.console.view import Tree, short

_ENDED_WELL = "COMPLETE"


def trees_of(found: LineageView, of: str | None) -> tuple[list[Tree], list[str]]:
    """Give the trees that were asked for, and lines on steps that did not end well and on an unfinished event."""
    steps = found.graph.steps.values()
    title = f"Lineage: {len(steps)} steps, {len(found.graph.nodes)} artifacts"
    trees = [Tree(title if of is None else f"{of} went into", [_tree(branch) for branch in found.gone_into])]
    if of is not None:
        trees.insert(0, Tree(f"{of} was made from", [_tree(branch) for branch in found.made_from]))
    lines = [
        f"{step.state.lower()}: {step.job} {step.run_id} of {step.began[:19]} {step.failure}".rstrip()
        for step in steps
        if step.state != _ENDED_WELL
    ]
    if found.torn is not None:
        lines.append(
            f"{found.path} line {found.torn.line}: {found.torn.size} bytes of an event that was never finished; "
            "they count as nothing, and the next step cuts them off"
        )
    return trees, lines


def _tree(branch: Branch) -> Tree:
    node = branch.node
    words = f"{node.kind} {node.name}  {short(node.digest)}"
    if node.rows is not None:
        words += f"  {node.rows:,} rows"
    if branch.made_by:
        words += f"  by {branch.made_by}"
    if branch.again:
        words += "  (elsewhere)"
    return Tree(words, [_tree(child) for child in branch.children])
