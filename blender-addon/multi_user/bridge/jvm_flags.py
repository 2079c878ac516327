"""How Java runs the agent and the server. Knows nothing else, so that tests can read it without Blender.

The start script of servers (``java-agent/packaging/bin/multi-user``) has the same flags as Blender gives.
"""

# One collector thread, a heap that stays near to what is in it, and the slow compiler only for what runs all the time,
# such as the hash of files, which it makes ten times as fast (decision 0023). Encryption it makes a hundred times as
# fast, which would come after hundreds of megabytes: for that alone it comes early (decision 0030).
SERVER_FLAGS = (
    "-XX:+UseSerialGC",
    "-XX:Tier4InvocationThreshold=50000",
    "-XX:Tier4MinInvocationThreshold=20000",
    "-XX:Tier4CompileThreshold=100000",
    "-XX:Tier4BackEdgeThreshold=400000",
    "-XX:CompileCommand=quiet",
    "-XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.*::*,0.02",
    "-Xshare:auto",
    "-Xms24m",
    "-XX:NewSize=12m",
    "-XX:MaxRAMPercentage=30",
    "-XX:MinHeapFreeRatio=10",
    "-XX:MaxHeapFreeRatio=30",
    "-Dfile.encoding=UTF-8",
    "-Djava.awt.headless=true",
)

# Small stacks too: it runs beside Blender.
AGENT_FLAGS = (*SERVER_FLAGS, "-Xss512k")
