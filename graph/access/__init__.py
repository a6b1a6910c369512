"""What the dashboard may read and write: one access object per user, which holds rights and branch scope.

`user` who it is, `scope` what they see and may do, `index` tables made once per findings, `leads` opportunities,
`parties` search and names, `network` neighbourhoods from the store; `opportunities` and `access` all of it behind the
user's scope.
"""

from graph.access.access import Access
from graph.access.leads import Filter, Page
from graph.access.store_gate import StoreGate
from graph.access.user import User, Users

__all__ = ["Access", "Filter", "Page", "StoreGate", "User", "Users"]
