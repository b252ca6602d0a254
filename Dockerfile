# Built in one stage, shipped in another: the image that runs holds no compiler and no development packages.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build && npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM node:24-slim
ENV NODE_ENV=production
COPY --from=build /build/package.json /app/
COPY --from=build /build/node_modules /app/node_modules
COPY --from=build /build/dist /app/dist
COPY openapi.yaml drawbridge.example.yaml LICENSE /app/
RUN mkdir -p /var/lib/drawbridge/data && chown -R node:node /var/lib/drawbridge

# Nothing outside the volume is written, so `docker run --read-only` works. Mount drawbridge.yaml into this folder, or
# give the environment variables of .env.example.
USER node
WORKDIR /var/lib/drawbridge
VOLUME /var/lib/drawbridge/data
EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "/app/dist/cli/main.js", "healthcheck"]

# Node is process 1 itself and handles SIGTERM: no shell, no npm in between.
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["serve"]
