"""A Flask application with Flask-Login and Flask-WTF: `python flask_app.py PORT SETTINGS`, started by flask.mjs."""

import json
import os
import sys

from flask import Flask, flash, get_flashed_messages, jsonify, redirect, request
from flask_login import LoginManager, UserMixin, login_required, login_user, logout_user
from flask_wtf.csrf import CSRFProtect, generate_csrf

USER, PASSWORD = os.environ["WHY401_USER"], os.environ["WHY401_PASSWORD"]
app = Flask(__name__)
app.config.update(SECRET_KEY=PASSWORD * 2, **json.loads(sys.argv[2]))
CSRFProtect(app)
manager = LoginManager(app)
manager.login_view = "login"


class User(UserMixin):
    id = USER


manager.user_loader(lambda _id: User())


def page(body):
    return f"<!doctype html><title>Site</title><link rel=icon href=data:,>{body}"


@app.get("/login")
def login():
    notes = "".join(f"<p>{note}</p>" for note in get_flashed_messages())
    return page(f"{notes}<form method=post action=/login><input type=hidden name=csrf_token value='{generate_csrf()}'>"
                "<input name=user><input name=password type=password><button>Sign in</button></form>")


@app.post("/login")
def sign_in():
    if (request.form["user"], request.form["password"]) != (USER, PASSWORD):
        flash("Invalid username or password")
        return redirect("/login")
    login_user(User())
    return redirect("/")


@app.get("/logout")
def leave():
    logout_user()
    return redirect("/login")


@app.get("/")
@login_required
def home():
    return page("<p>Hello</p>")


@app.get("/api/me")
@login_required
def me():
    return jsonify(user=USER)


@app.get("/rotate")
def rotate():
    """The secret key is another one from now on, as after a deployment without a fixed one."""
    app.config["SECRET_KEY"] = os.urandom(16).hex()
    return page("The key is another one.")


app.run("127.0.0.1", int(sys.argv[1]))
