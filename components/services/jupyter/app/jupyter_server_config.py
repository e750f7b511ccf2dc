"""JupyterLab's configuration. It lies where people cannot write, and what they put into their home is not asked."""

import os
import warnings
from pathlib import Path

import semblance_environment
import semblance_logging
from jupyter_server.utils import JupyterServerAuthWarning
from semblance_identity import TokenIdentityProvider, cookie_secret

HOME = Path.home()
SECRETS = Path("/etc/semblance/secrets")
HOURS = 3600

semblance_environment.enter()
c = get_config()  # noqa: F821

c.Application.logging_config = semblance_logging.CONFIGURATION

# Where: further addresses are the extension's work.
everywhere = os.environ["SEMBLANCE_LISTEN"] == "0.0.0.0"
if everywhere:
    os.environ["SEMBLANCE_LISTEN"] = ""
c.ServerApp.ip = "0.0.0.0" if everywhere else "127.0.0.1"
c.ServerApp.port = int(os.environ["SEMBLANCE_PORT"])
c.ServerApp.port_retries = 0
c.ServerApp.certfile = "/etc/semblance/tls/server.crt"
c.ServerApp.keyfile = "/etc/semblance/tls/server.key"
# Language servers are none of this image's; completion is the kernel's own.
c.ServerApp.jpserver_extensions = {"semblance_extension": True, "jupyter_lsp": False}
c.ServerApp.reraise_server_extension_failures = True

# Who: the names by which it is asked for, the tokens, and nothing without a login that its author did not mean to be so.
c.ServerApp.allow_remote_access = False
c.ServerApp.local_hostnames = ["localhost", *os.environ["SEMBLANCE_HOSTS"].split(",")]
c.ServerApp.custom_display_url = os.environ["SEMBLANCE_URL"]
c.ServerApp.trust_xheaders = True
c.ServerApp.allow_unauthenticated_access = False
# Said of the terminals' websocket, for which the line above is the answer.
warnings.filterwarnings("ignore", category=JupyterServerAuthWarning)
c.ServerApp.identity_provider_class = TokenIdentityProvider
c.TokenIdentityProvider.token_sha256 = (SECRETS / "token.sha256").read_text()
c.TokenIdentityProvider.scrape_token_sha256 = (SECRETS / "scrape-token.sha256").read_text()
c.TokenIdentityProvider.secure_cookie = True
c.TokenIdentityProvider.cookie_options = {"samesite": "Lax"}
c.ServerApp.tornado_settings = {"xsrf_cookie_kwargs": {"secure": True, "samesite": "Lax"}}
c.ServerApp.cookie_secret = cookie_secret(SECRETS, c.TokenIdentityProvider.token_sha256)

# What: one home, kernels that end when nobody uses them, terminals as the same user.
c.ServerApp.root_dir = str(HOME)
c.ServerApp.open_browser = False
c.ServerApp.quit_button = False
c.ServerApp.terminado_settings = {"shell_command": ["/bin/bash"]}
# Kernels are spoken to by sockets in the file system: there is no port by which to give them commands.
c.ConnectionFileMixin.transport = "ipc"
c.TerminalManager.cull_inactive_timeout = 8 * HOURS
c.MappingKernelManager.cull_idle_timeout = 8 * HOURS
# A browser that was left open does not keep a kernel's memory.
c.MappingKernelManager.cull_connected = True
c.MappingKernelManager.cull_interval = 300
# The volume is the only place; a bin on it would fill it unseen.
c.FileContentsManager.delete_to_trash = False

# JupyterLab: nothing is fetched from anywhere, and a person's settings lie in the home.
c.LabApp.extension_manager = "readonly"
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.news_url = None
c.LabApp.user_settings_dir = str(HOME / ".jupyter/lab/user-settings")
c.LabApp.workspaces_dir = str(HOME / ".jupyter/lab/workspaces")
