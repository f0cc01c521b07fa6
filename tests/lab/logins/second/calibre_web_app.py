"""Calibre-Web with an empty library: `python calibre_web_app.py PORT SETTINGS`, started by calibre-web.mjs."""

import json
import os
import sys
import uuid
from pathlib import Path

NAME, PASSWORD, FOLDER = (os.environ[f"WHY401_{name}"] for name in ("USER", "PASSWORD", "DIRECTORY"))
os.environ["CALIBRE_DBPATH"] = FOLDER
port, settings = int(sys.argv[1]), json.loads(sys.argv[2])
sys.argv = ["cps", "-i", "127.0.0.1"]

import calibreweb  # noqa: E402

# Its modules know each other by names of their own.
sys.path.insert(0, str(Path(calibreweb.__file__).parent))

from cps import config_sql, constants, db, ub  # noqa: E402
from cps.main import main  # noqa: E402
from sqlalchemy import create_engine  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402
from werkzeug.security import generate_password_hash  # noqa: E402

library = create_engine(f"sqlite:///{FOLDER}/metadata.db")
db.Base.metadata.create_all(library.execution_options(schema_translate_map={"calibre": None}))
with Session(library) as session:
    session.add(db.Library_Id(uuid=str(uuid.uuid4())))
    session.commit()

ub.init_db(f"{FOLDER}/app.db")
config_sql._Base.metadata.create_all(ub.session.bind)
ub.session.add(config_sql._Settings(config_calibre_dir=FOLDER, config_port=port, **settings))
ub.session.add(ub.User(
    name=NAME, email="reader@app.test", role=constants.ROLE_PASSWD | constants.ROLE_VIEWER, locale="ko",
    sidebar_view=constants.ADMIN_USER_SIDEBAR, password=generate_password_hash(PASSWORD),
))
ub.session.commit()

main()
