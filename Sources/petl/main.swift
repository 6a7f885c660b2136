import PETLCommands
import PETLPlugins

PETLTool.main { try .builtIn() }
