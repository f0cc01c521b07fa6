"""FastAPI Users before a Spanish page that signs in by script: `python fastapi_users_app.py PORT SETTINGS`, started by
fastapi-users.mjs. Settings: `cookie` for CookieTransport, `lifetime` of tokens in seconds, `cors` for CORSMiddleware."""

import asyncio
import json
import os
import sys
import uuid
from contextlib import asynccontextmanager

import uvicorn
from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin, schemas
from fastapi_users.authentication import AuthenticationBackend, BearerTransport, CookieTransport, JWTStrategy
from fastapi_users.db import SQLAlchemyBaseUserTableUUID, SQLAlchemyUserDatabase
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

PORT, SETTINGS = int(sys.argv[1]), json.loads(sys.argv[2])
NAME, PASSWORD, FOLDER = (os.environ[f"WHY401_{name}"] for name in ("USER", "PASSWORD", "DIRECTORY"))
SECRET = PASSWORD * 4


class Base(DeclarativeBase):
    pass


class User(SQLAlchemyBaseUserTableUUID, Base):
    pass


class Read(schemas.BaseUser[uuid.UUID]):
    pass


class Create(schemas.BaseUserCreate):
    pass


class Manager(UUIDIDMixin, BaseUserManager[User, uuid.UUID]):
    pass


engine = create_async_engine(f"sqlite+aiosqlite:///{FOLDER}/db")
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def manager():
    async with sessions() as session:
        yield Manager(SQLAlchemyUserDatabase(session, User))


@asynccontextmanager
async def lifespan(_app):
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with sessions() as session:
        people = Manager(SQLAlchemyUserDatabase(session, User))
        await people.create(Create(email=f"{NAME}@app.example.com", password=PASSWORD, is_verified=False))
    yield


transport = CookieTransport(**SETTINGS["cookie"]) if "cookie" in SETTINGS else BearerTransport(tokenUrl="s/login")
backend = AuthenticationBackend("main", transport, lambda: JWTStrategy(secret=SECRET, lifetime_seconds=SETTINGS.get("lifetime", 3600)))
people = FastAPIUsers[User, uuid.UUID](manager, [backend])
app = FastAPI(lifespan=lifespan)
if "cors" in SETTINGS:
    app.add_middleware(CORSMiddleware, **SETTINGS["cors"])
app.include_router(people.get_auth_router(backend, requires_verification=SETTINGS.get("verified", False)), prefix="/s")
app.include_router(people.get_users_router(Read, Read), prefix="/g")


@app.get("/caja")
async def till(_user=Depends(people.current_user(active=True, superuser=True))):
    return {"saldo": 12}


uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning")
