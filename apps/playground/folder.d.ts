/** Absolute path of the built playground: static files, `index.html` among them, made by `vite build`. */
export declare const playgroundFolder: string
