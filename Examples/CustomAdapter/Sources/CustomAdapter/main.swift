import PETL
import PETLCommands
import PETLPlugins
import TanhBottleneck

PETLTool.main { try .builtIn(adding: [TanhBottleneck.self]) }
