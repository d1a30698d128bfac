/** nginx plays two parts, each in a process of its own: the origin, and the yardstick. */
export interface NginxPlan {
  /** For its pid, its logs and what it serves. */
  readonly folder: string;
  readonly port: number;
}

const common = (folder: string): string => `
daemon off;
worker_processes 1;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log crit;
events { worker_connections 4096; }
`;

const temporary = (folder: string): string =>
  ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join('\n  ');

/** Serves `folder/root`; keeps connections for as long as it is asked to. */
export function originConfig({ folder, port }: NginxPlan): string {
  return `${common(folder)}
http {
  ${temporary(folder)}
  access_log off;
  sendfile on;
  tcp_nopush off;
  keepalive_requests 100000000;
  types { application/json json; application/octet-stream bin; }
  server { listen 127.0.0.1:${port} backlog=1024; root ${folder}/root; open_file_cache max=16; }
}
`;
}

/** The same work as our proxy does, in C: a reverse proxy with a keep-alive pool to one origin. */
export function reverseProxyConfig({ folder, port }: NginxPlan, originPort: number, buffering: 'on' | 'off'): string {
  return `${common(folder)}
http {
  ${temporary(folder)}
  access_log off;
  keepalive_requests 100000000;
  upstream origin { server 127.0.0.1:${originPort}; keepalive 256; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / { proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering ${buffering}; proxy_max_temp_file_size 0; }
  }
}
`;
}
