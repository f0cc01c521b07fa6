"""Flask-AppBuilder in French: `python flask_appbuilder_app.py PORT SETTINGS`, started by flask-appbuilder.mjs."""

import json
import os
import sys

from flask import Flask
from flask_appbuilder import AppBuilder
from flask_appbuilder.utils.legacy import get_sqla_class
from flask_wtf.csrf import CSRFProtect

NAME, PASSWORD, FOLDER = (os.environ[f"WHY401_{name}"] for name in ("USER", "PASSWORD", "DIRECTORY"))
app = Flask(__name__)
app.config.update(
    SECRET_KEY=PASSWORD * 3, SQLALCHEMY_DATABASE_URI=f"sqlite:///{FOLDER}/db", APP_NAME="Atelier", BABEL_DEFAULT_LOCALE="fr",
    LANGUAGES={"fr": {"flag": "fr", "name": "Français"}}, FAB_API_SWAGGER_UI=False, **json.loads(sys.argv[2]),
)
csrf = CSRFProtect(app)
db = get_sqla_class()(app)
with app.app_context():
    builder = AppBuilder(app, db.session)
    csrf.exempt("flask_appbuilder.security.api.login")
    people = builder.sm
    people.add_user(NAME, "Zoé", "Petit", "zoe@app.test", people.add_role("Visiteur"), PASSWORD)

app.run("127.0.0.1", int(sys.argv[1]))
