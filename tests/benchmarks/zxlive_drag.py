"""A drag in ZXLive, as `test_frames` drags in our window: for a Python that has ZXLive. `python zxlive_drag.py NODES FRAMES`
prints the milliseconds of each frame, from the mouse event until it is painted, as JSON: wall time and CPU time of the thread.

The graph is a square grid of spiders joined to their neighbours, shown at the zoom that ZXLive gives it.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from datetime import datetime

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEvent, QPointF, QSettings, Qt
from PySide6.QtGui import QMouseEvent

NODES, FRAMES = int(sys.argv[1]), int(sys.argv[2])


def main() -> None:
    from pyzx.utils import EdgeType, VertexType
    from zxlive.app import ZXLive
    from zxlive.common import new_graph

    # It looks for a newer version when it starts, unless it has just done so.
    QSettings("zxlive", "zxlive").setValue("last-update-check", datetime.now().isoformat())
    del sys.argv[1:]  # it would open them as files
    application = ZXLive()
    window = application.main_window
    side = math.isqrt(NODES - 1) + 1
    graph = new_graph()
    spiders = []
    for number in range(NODES):
        row, column = divmod(number, side)
        spiders.append(graph.add_vertex(VertexType.Z if number % 2 else VertexType.X, qubit=row, row=column))
    for number in range(NODES):
        if (number + 1) % side and number + 1 < NODES:
            graph.add_edge((spiders[number], spiders[number + 1]), EdgeType.SIMPLE)
        if number + side < NODES:
            graph.add_edge((spiders[number], spiders[number + side]), EdgeType.SIMPLE)
    window.resize(1400, 900)
    window.show()
    began = time.perf_counter()
    window.new_graph(graph, "grid")
    application.processEvents()
    opened = time.perf_counter() - began
    view = window.active_panel.graph_view
    viewport, scene = view.viewport(), view.graph_scene
    item = scene.vertex_map[spiders[NODES // 2 + side // 2]]
    view.centerOn(item)
    application.processEvents()
    start = QPointF(view.mapFromScene(item.scenePos()))

    def mouse(kind: QEvent.Type, at: QPointF) -> None:
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, at, viewport.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
        application.sendEvent(viewport, event)

    before = item.scenePos()
    mouse(QEvent.Type.MouseButtonPress, start)
    taken, spent = [], []
    for step in range(1, FRAMES + 4):
        clock, cpu = time.perf_counter(), time.thread_time()
        mouse(QEvent.Type.MouseMove, start + QPointF(3 * step, step))
        viewport.repaint()
        application.processEvents()
        taken.append(1000 * (time.perf_counter() - clock))
        spent.append(1000 * (time.thread_time() - cpu))
    moved = item.scenePos() - before
    print(json.dumps({"wall": taken[3:], "cpu": spent[3:], "opened": opened, "moved": [moved.x(), moved.y()],
                      "zoom": view.transform().m11(), "seen": len(view.items(viewport.rect()))}), flush=True)  # fmt: skip
    os._exit(0)


if __name__ == "__main__":
    main()
