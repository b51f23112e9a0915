/**
 * Absolute path of the built playground: static files, `index.html` among them, made by `vite build`. Served at some
 * path of a Pixvec server, it asks that server.
 */
export declare const playgroundFolder: string

/**
 * Copies the playground for a site that is no Pixvec server: it then asks its visitor for the address of one, which
 * must allow the site in `PIXVEC_CORS_ORIGINS`.
 * @param target  folder, made where it is missing
 */
export declare function copyPlayground(target: string): Promise<void>
